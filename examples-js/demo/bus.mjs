// An embedded message bus: topics, consumer groups, batches, and delivery at least once.
// Messages look as kafkajs hands them over: `key` and `value` are Buffers, `headers` an object of Buffers.

const REDELIVER_AFTER_MS = 3_000;

/** What a consumer throws when its process dies: the message was not acknowledged and comes again. */
export class Crash extends Error {}

export class Bus {
  #clock;
  #network;
  #groups = new Map(); // topic -> [{ group, accept }]
  #busy = new Map(); // group and key -> the handling under way
  #topics = new Map();

  /** @param network `(message, group) => [{ delayMs, headers }]`, one for each copy that will arrive */
  constructor({ clock, network }) {
    this.#clock = clock;
    this.#network = network;
  }

  /** The handler gets one message at a time for each key, as on a Kafka partition. */
  subscribe(topic, group, handler) {
    const accept = (message) => {
      const lane = `${group} ${message.key}`;
      const before = this.#busy.get(lane) ?? Promise.resolve();
      const turn = before.then(() => this.#handle(message, handler, accept));
      this.#busy.set(lane, turn);
    };
    this.#join(topic, group, accept);
  }

  /** The handler gets what came in since the first message of the batch, in arrays of at most `maxMessages`. */
  subscribeBatch(topics, group, { everyMs, maxMessages }, handler) {
    let waiting = [];
    const flush = () => {
      const batch = waiting;
      waiting = [];
      for (let from = 0; from < batch.length; from += maxMessages) {
        handler(batch.slice(from, from + maxMessages));
      }
    };
    const accept = (message) => {
      this.#count(message.topic).delivered += 1;
      if (waiting.push(message) === 1) this.#clock.after(everyMs, flush);
    };
    for (const topic of topics) this.#join(topic, group, accept);
  }

  send(message) {
    const count = this.#count(message.topic);
    count.published += 1;
    for (const { group, accept } of this.#groups.get(message.topic) ?? []) {
      const copies = this.#network(message, group);
      count.sent += 1;
      if (copies.length === 0) count.lost += 1;
      else count.repeated += copies.length - 1;
      for (const { delayMs, headers } of copies) {
        this.#clock.after(delayMs, () => accept({ ...message, headers }));
      }
    }
  }

  /** One row for each topic; all but `published` count every consumer group on its own. */
  ledger() {
    return [...this.#topics].map(([topic, counts]) => ({ topic, ...counts }));
  }

  async #handle(message, handler, acceptAgain) {
    const count = this.#count(message.topic);
    count.delivered += 1;
    try {
      await handler(message);
    } catch (error) {
      if (!(error instanceof Crash)) throw error;
      count.redelivered += 1;
      this.#clock.after(REDELIVER_AFTER_MS, () => acceptAgain(message));
    }
  }

  #join(topic, group, accept) {
    const groups = this.#groups.get(topic) ?? [];
    this.#groups.set(topic, [...groups, { group, accept }]);
  }

  #count(topic) {
    const fresh = { published: 0, sent: 0, repeated: 0, redelivered: 0, lost: 0, delivered: 0 };
    if (!this.#topics.has(topic)) this.#topics.set(topic, fresh);
    return this.#topics.get(topic);
  }
}
