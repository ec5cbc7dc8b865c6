// What goes wrong between the services: the fate of each order decides, the generator fills in the details.
import { Crash } from './bus.mjs';

/** How many orders meet which fate. */
export const FATES = {
  plain: 170,
  twice: 40, // payment or inventory is delivered a second time
  untraced: 14, // something on the way strips the headers of one message
  broken: 14, // or garbles them
  lost: 18, // the inventory event never reaches fulfilment: the join expires
  late: 12, // it comes, but after the deadline
  crash: 14, // fulfilment dies between the completing offer and its span
  conflict: 9, // the customer is charged again while the inventory event is still on its way
  corrected: 9, // the customer is charged again when the order is already fulfilled
};

const MARRED = ['order.placed', 'payment.confirmed', 'inventory.reserved', 'order.fulfilled'];
const bytes = (text) => Buffer.from(text);
const GARBLED = [
  (traceparent) => bytes(traceparent.slice(0, 40)),
  (traceparent) => bytes(traceparent.replace(/^00/, 'ff')),
  (traceparent) => bytes(traceparent.replace(/[1-9a-f]/g, '0')),
  (traceparent) => [bytes(traceparent), bytes(traceparent)],
];

export class Faults {
  #random;
  #fates = new Map();
  #crashed = new Set();

  constructor(random) {
    this.#random = random;
  }

  /** Deals a fate to each order; the list says which order has which. */
  deal(orderIds) {
    const fates = Object.entries(FATES).flatMap(([fate, count]) => Array(count).fill(fate));
    this.#random.shuffle(fates).forEach((fate, index) => {
      this.#fates.set(orderIds[index], {
        fate,
        twice: this.#random.pick(['payment.confirmed', 'inventory.reserved']),
        marred: this.#random.pick(MARRED),
        garble: this.#random.pick(GARBLED),
      });
    });
    return orderIds.map((id) => ({ id, fate: this.#fates.get(id).fate }));
  }

  /** The network of the bus: every copy of a message that will arrive at a group, and with which headers. */
  network = ({ topic, key, headers }, group) => {
    const { fate, twice, marred, garble } = this.#fates.get(key.toString()) ?? {};
    const copy = { delayMs: this.#random.between(80, 1_200), headers };
    const later = (ms) => ({ ...copy, delayMs: copy.delayMs + ms });
    const toFulfilment = topic === 'inventory.reserved' && group === 'fulfilment';

    if (fate === 'twice' && topic === twice) return [copy, later(this.#random.between(300, 6_000))];
    if (fate === 'untraced' && topic === marred) return [{ ...copy, headers: {} }];
    if (fate === 'broken' && topic === marred) {
      return [{ ...copy, headers: { traceparent: garble(headers.traceparent.toString()) } }];
    }
    if (fate === 'lost' && toFulfilment) return [];
    if (fate === 'late' && toFulfilment) return [later(17_000)];
    if (fate === 'conflict' && toFulfilment) return [later(7_000)];
    return [copy];
  };

  /** Dies once for each order whose fate it is. */
  failpoint = (orderId) => {
    if (this.#fates.get(orderId)?.fate !== 'crash' || this.#crashed.has(orderId)) return;
    this.#crashed.add(orderId);
    throw new Crash();
  };
}
