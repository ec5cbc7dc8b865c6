/// <reference lib="esnext.disposable" preserve="true" />
import { Answer } from './answer.js';
import { arrayFor } from './array-for.js';
import { NO_ATTRIBUTES, encodeAttributes } from './attributes.js';
import type { CarrierReader } from './carriers/reader.js';
import { makeTable } from './checked-definition.js';
import type { CheckedDefinition } from './checked-definition.js';
import type { FanInTable } from './core/core.js';
import type { FanInDefinition } from './definition.js';
import { SpanlinkError, invalidOption, optionsObject } from './errors.js';
import {
  KEY,
  NO_SLOT,
  SLOT,
  TRACEPARENT,
  TRACESTATE,
  WORDS,
  eventIdText,
  withOwnBytes,
  writeEvent,
  writeEvents,
  writeOnlyKey,
} from './events.js';
import type { Event } from './events.js';
import { readHeaders, readerOf } from './headers.js';
import { lengthsView, seed } from './memory.js';
import type { Expired, Outcome } from './outcome.js';
import { fieldsOf, invalidContext, tracestateOf } from './span-context.js';
import type { Attributes, SpanContext } from './types.js';

/** What comes with an event beside its message. */
export interface ArrivalOptions {
  /**
   * What tells the event from all others of its slot: a text of 1 to 65 536 characters or a number. Without one, the
   * span that sent it does; without that, a slot that takes one event holds whatever came first.
   */
  eventId?: string | number | bigint | undefined;
  /** Where the message keeps its headers. Default: `auto`. */
  reader?: CarrierReader<any> | undefined;
  /** Attributes for the event's link. */
  attributes?: Attributes | undefined;
}

/** An event for {@link FanIn.offerMany}. */
export interface Arrival extends ArrivalOptions {
  /** The correlation key, as for {@link FanIn.offer}. */
  key: string | Uint8Array;
  /** Which prerequisite the event is. */
  slot: string;
  /** The message it came in. */
  message: unknown;
}

/** Counts of a table: `pending`, `tombstones` and `bytes` are of now, the others since it was made. */
export interface FanInStats {
  /** Joins that wait. */
  pending: number;
  /** Closed joins that are remembered. */
  tombstones: number;
  /** Bytes that all of them take: 104 each; where key and log are more than 54, all of these but 42 beside. */
  bytes: number;
  /** Every offer: `arrivals + completed + redelivered + duplicates + late + conflicts + rejected`. */
  offered: number;
  /** Events that were answered `pending`. */
  arrivals: number;
  /** Events that closed their join. */
  completed: number;
  /** Events that closed their join and came again before it was settled. */
  redelivered: number;
  /** Events that were there already. */
  duplicates: number;
  /** New events of joins that were closed. */
  late: number;
  /** Events whose slot takes one event and had another. */
  conflicts: number;
  /** Events that were not taken. */
  rejected: number;
  /** Of `arrivals`: those that took the place of another event. */
  replaced: number;
  /** Joins whose time was over. */
  expired: number;
  /** Joins that made room for others. */
  evicted: number;
  /** Closed joins that were settled. */
  settled: number;
  /** Joins that were forgotten on request. */
  forgotten: number;
  /** Tombstones that made room before their retention had ended. */
  tombstonesDropped: number;
  /** Evicted joins that `expire` never handed out. */
  undelivered: number;
}

/** The statistics in the order in which Rust lists them. */
const STATS = [
  'pending',
  'tombstones',
  'bytes',
  'offered',
  'arrivals',
  'completed',
  'redelivered',
  'duplicates',
  'late',
  'conflicts',
  'rejected',
  'replaced',
  'expired',
  'evicted',
  'settled',
  'forgotten',
  'tombstonesDropped',
  'undelivered',
] as const satisfies readonly (keyof FanInStats)[];

/** What a settlement is answered with. */
const SETTLED = 1;
const INVALID_SPAN = 2;

/** When an evicted join is due: it is handed out whatever the time is. */
const AT_ONCE = -(2 ** 63);

/**
 * Joins of events, in memory: says when all the events that a piece of work waits for have arrived.
 *
 * An event is counted once, in whichever order and however often it is delivered. The event that closes a join gives
 * `complete`, and again, with `redelivered: true` and equal links, when it is delivered again before
 * {@link settle}: acknowledge it after the span is out, and no crash loses the join.
 *
 * @example
 * const orders = new FanIn({
 *   name: 'fulfillment', timeoutMs: 60_000,
 *   slots: { payment: { relationship: 'payment_confirmation' }, inventory: { relationship: 'inventory_reservation' } },
 * });
 * const outcome = orders.offer(event.orderId, 'payment', event);
 * if (outcome.status === 'complete') {
 *   tracer.startActiveSpan('fulfill_order', { links: outcome.links, attributes: outcome.attributes }, (span) => {
 *     …
 *     span.end();
 *     orders.settle(event.orderId, span.spanContext());
 *   });
 * }
 */
export class FanIn {
  readonly #definition: CheckedDefinition;
  readonly #answer: Answer;
  readonly #now: () => number;
  #table: FanInTable | undefined;

  /**
   * An empty table.
   *
   * @param definition what to wait for; it is copied
   * @param options `now`: the clock, in milliseconds since the epoch; default: `Date.now`
   * @throws {SpanlinkError} `invalid_definition` for the first option that makes no sense, among them a completion
   * rule that can never hold; `invalid_option` for a `now` that is no function.
   */
  constructor(definition: FanInDefinition, options?: { now?: (() => number) | undefined }) {
    const { now = Date.now } = optionsObject(options);
    if (typeof now !== 'function') invalidOption('now', 'must be a function');
    seed();
    const { table, checked } = makeTable(definition);
    this.#definition = checked;
    this.#answer = new Answer(checked);
    this.#now = now;
    this.#table = table;
  }

  /**
   * Offers an event to the join of its key.
   *
   * @param key the correlation key: text, or bytes; 1 to `maxKeyBytes` bytes of UTF-8
   * @param slot which prerequisite the event is
   * @param message the message it came in; without a valid context it counts all the same
   * @throws {SpanlinkError} `invalid_option` for a reader that is none, or a clock that gives no time; `freed`
   */
  offer(key: string | Uint8Array, slot: string, message: unknown, arrival?: ArrivalOptions): Outcome {
    const event = this.#read(key, slot, message, arrival);
    const now = this.#time(undefined);
    const table = this.#alive();
    writeEvent(event, this.#definition.maxKeyBytes);
    table.offer(now, 1);
    return this.#answer.renew().outcome(lengthsView()[SLOT] as number, event);
  }

  /**
   * Offers several events, in order, all at the same time. They cross together, which is faster than a call of
   * {@link offer} each. What is misused throws before any of them is offered.
   *
   * @throws {SpanlinkError} `invalid_option` where `arrivals` cannot be iterated or one of them is no object, and as
   * {@link offer}; `freed`
   */
  offerMany(arrivals: Iterable<Arrival>): Outcome[] {
    if (typeof (arrivals as Iterable<Arrival> | undefined)?.[Symbol.iterator] !== 'function') {
      invalidOption('arrivals', 'must be an array or another iterable of arrivals');
    }
    const isList = Array.isArray(arrivals);
    const events = arrayFor<Event>(arrivals);
    let count = 0;
    for (const arrival of arrivals) {
      if (typeof arrival !== 'object' || arrival === null)
        invalidOption('arrivals', 'must contain objects only');
      const { key, slot, message } = arrival;
      const event = this.#read(key, slot, message, arrival);
      // What makes one arrival after the other may use its buffers again.
      events[count++] = isList ? event : withOwnBytes(event, this.#definition.maxKeyBytes);
    }
    events.length = count;
    const now = this.#time(undefined);
    const table = this.#alive();
    const outcomes = new Array<Outcome>(events.length);
    for (let start = 0; start < events.length;) {
      const end = writeEvents(events, start, this.#definition.maxKeyBytes);
      const offered = table.offer(now, end - start);
      const words = lengthsView();
      const answer = this.#answer.renew();
      for (let at = 0; at < offered; at++) {
        outcomes[start + at] = answer.outcome(
          words[at * WORDS + SLOT] as number,
          events[start + at] as Event,
        );
      }
      start += offered;
    }
    return outcomes;
  }

  /** Reads an event: all that may run a user's code, before anything is written. */
  #read(key: unknown, slot: string, message: unknown, arrival: ArrivalOptions | undefined): Event {
    const { eventId, reader, attributes } = optionsObject(arrival, 'arrival');
    const { traceparent, tracestate } = readHeaders(readerOf(reader), message);
    return {
      key,
      slot: this.#definition.slotIndex.get(slot) ?? NO_SLOT,
      traceparent,
      tracestate,
      id: eventIdText(eventId),
      attributes: encodeAttributes(attributes),
    };
  }

  /**
   * Closes the joins whose time is over and gives them, with the links of those events that did arrive; also those
   * that were evicted since.
   *
   * Nothing delivers a timeout again as a broker does a message. So a join that was handed out and not settled comes
   * back, with `redelivered: true`, each time another `timeoutMs` have passed, as long as it is remembered: never with
   * the default of `retainMs`, which ends then.
   *
   * @param now the time, in milliseconds since the epoch; default: the table's clock
   * @throws {SpanlinkError} `invalid_option` for a time that is none; `freed`
   */
  expire(now?: number): Expired[] {
    const time = this.#time(now);
    const table = this.#alive();
    const expired: Expired[] = [];
    for (let key = table.expire_next(time); key > 0; key = table.expire_next(time)) {
      expired.push(this.#answer.renew().expired(key));
    }
    return expired;
  }

  /**
   * When `expire` will have something to give, in milliseconds since the epoch: for a timer or an alarm. Where it has an
   * evicted join, that is now.
   *
   * @throws {SpanlinkError} `invalid_option` for a clock that gives no time; `freed`
   */
  nextDeadline(): number | undefined {
    const deadline = this.#alive().next_deadline();
    if (deadline === AT_ONCE) return Math.floor(this.#time(undefined));
    return Number.isNaN(deadline) ? undefined : deadline;
  }

  /**
   * Says that the work a closed join led to is done: its span is out. Late events can link to that span, and the event
   * that closed the join is a duplicate from now on. The first call counts.
   *
   * @returns whether the join is closed and remembered: false for an open or unknown one
   * @throws {SpanlinkError} `invalid_span_context` where `span` is none; `invalid_option` for a clock that gives no
   * time; `freed`
   */
  settle(key: string | Uint8Array, span?: SpanContext): boolean {
    const { ids, flags } =
      span === undefined ? { ids: '', flags: 0 } : (fieldsOf(span) ?? invalidContext('span'));
    const list = span === undefined ? '' : tracestateOf(span);
    const remote = span?.isRemote === true;
    const now = this.#time(undefined);
    const table = this.#alive();
    // With its properties in the order of an event that is read: both are written by the same code, compiled for one kind.
    writeEvent(
      { key, slot: NO_SLOT, traceparent: ids, tracestate: list, id: undefined, attributes: NO_ATTRIBUTES },
      this.#definition.maxKeyBytes,
    );
    const words = lengthsView();
    const settled = table.settle(
      now,
      words[KEY] as number,
      words[TRACEPARENT] as number,
      flags,
      words[TRACESTATE] as number,
      remote,
    );
    return settled === SETTLED || (settled === INVALID_SPAN && invalidContext('span'));
  }

  /**
   * What an open join has and lacks, and when its time is over; `undefined` where there is no open join.
   *
   * @throws {SpanlinkError} `freed`
   */
  inspect(key: string | Uint8Array): { arrived: string[]; missing: string[]; deadline: number } | undefined {
    const table = this.#alive();
    if (!table.inspect(this.#writeOnlyKey(key))) return undefined;
    const answer = this.#answer.renew();
    const { arrived, missing } = answer.progress(answer.number());
    return { arrived, missing, deadline: answer.number() };
  }

  /**
   * Forgets a key, open or closed. Gives whether there was anything to forget.
   *
   * @throws {SpanlinkError} `invalid_option` for a clock that gives no time; `freed`
   */
  forget(key: string | Uint8Array): boolean {
    const now = this.#time(undefined);
    const table = this.#alive();
    return table.forget(now, this.#writeOnlyKey(key));
  }

  /**
   * What the table holds and what it has answered.
   *
   * @throws {SpanlinkError} `freed`
   */
  stats(): FanInStats {
    this.#alive().stats();
    const answer = this.#answer.renew();
    const named = STATS.map((name) => [name, answer.number()] as const);
    return Object.fromEntries(named) as Record<(typeof STATS)[number], number>;
  }

  /**
   * Gives the memory back. Without it, that happens when the object is garbage. Afterwards every other method throws
   * `freed`; this one does nothing.
   */
  free(): void {
    this.#table?.free();
    this.#table = undefined;
  }

  /** As {@link free}: `using orders = new FanIn(…)`. */
  declare [Symbol.dispose]: () => void;

  static {
    // Where there is no such symbol yet, nothing can ask for it.
    if (Symbol.dispose) this.prototype[Symbol.dispose] = this.prototype.free;
  }

  #alive(): FanInTable {
    if (this.#table) return this.#table;
    throw new SpanlinkError('freed', 'this `FanIn` was freed and cannot be used any more');
  }

  #time(given: number | undefined): number {
    const time = given === undefined ? this.#now() : given;
    if (typeof time !== 'number' || !Number.isFinite(time)) {
      invalidOption('now', 'must be a number of milliseconds since the epoch');
    }
    return time;
  }

  #writeOnlyKey(key: unknown): number {
    return writeOnlyKey(key, this.#definition.maxKeyBytes);
  }
}
