// The count of everything: what was sent, what became of it, and how each order went.
import { explain } from 'spanlink';
import { kafka } from 'spanlink/carriers';

const LINK_COLUMNS = ['linked', 'duplicates', 'missing', 'malformed', 'dropped'];
const OFFER_COLUMNS = ['pending', 'completed', 'redelivered', 'duplicates', 'late', 'conflicts', 'rejected'];
const OFFER_COLUMN_OF = {
  pending: 'pending',
  complete: 'completed',
  duplicate: 'duplicates',
  late: 'late',
  conflict: 'conflicts',
  rejected: 'rejected',
};

const zeros = (columns) => Object.fromEntries(columns.map((column) => [column, 0]));

export class Totals {
  /** One row for each consumer that links messages: what became of the context in each. */
  links = [];
  /** One row for fulfilment: what each event it offered to the join was answered. */
  offers = { delivered: 0, ...zeros(OFFER_COLUMNS) };
  joins = { orders: 0, completed: 0, expired: 0, open: 0 };
  /** The events that joins closed with, by whether they brought a context. */
  arrivals = { events: 0, linked: 0, linkless: 0 };
  /** Every answer in order: `{ orderId, slot, answer, at }`. */
  journal = [];
  /** One row for each topic, from the bus. */
  ledger = [];
  /** `FanIn.stats()` at the end. */
  stats = {};
  fulfilled = { spans: 0, orders: 0 };

  /** A message handled on its own; `linked` says whether its context became a link. */
  countMessage(consumer, message, linked) {
    const { reason } = linked ? {} : explain(message, kafka);
    const column = linked ? 'linked' : reason === 'missing' ? 'missing' : 'malformed';
    this.countBatch(consumer, { ...zeros(LINK_COLUMNS), messages: 1, [column]: 1 });
  }

  /** @param report the `LinkReport` of a batch */
  countBatch(consumer, report) {
    let row = this.links.find((other) => other.consumer === consumer);
    if (!row) this.links.push((row = { consumer, delivered: 0, ...zeros(LINK_COLUMNS) }));
    row.delivered += report.messages;
    for (const column of LINK_COLUMNS) row[column] += report[column];
  }

  countOffer(orderId, slot, outcome, at) {
    const again = outcome.status === 'complete' && outcome.redelivered;
    const column = again ? 'redelivered' : OFFER_COLUMN_OF[outcome.status];
    this.offers.delivered += 1;
    this.offers[column] += 1;
    this.journal.push({ orderId, slot, answer: again ? 'complete again' : outcome.status, at });
    if (column === 'completed') {
      this.joins.completed += 1;
      this.#countArrivals(outcome);
    }
  }

  countExpired(expired, at) {
    for (const join of expired) {
      this.joins.expired += 1;
      this.#countArrivals(join);
      const slot = `no ${join.missing.join(', no ')}`;
      this.journal.push({ orderId: String(join.key), slot, answer: 'expired', at });
    }
  }

  /** Takes in what only the end of the run knows. */
  close({ orders, ledger, stats, spans }) {
    const fulfilled = spans.filter((span) => span.name === 'fulfill_order');
    this.joins.orders = orders;
    this.joins.open = stats.pending;
    this.ledger = ledger;
    this.stats = stats;
    this.fulfilled = {
      spans: fulfilled.length,
      orders: new Set(fulfilled.map((span) => span.attributes['order.id'])).size,
    };
  }

  #countArrivals({ arrivals, links, linkless }) {
    this.arrivals.events += arrivals;
    this.arrivals.linked += links.length;
    this.arrivals.linkless += linkless;
  }
}
