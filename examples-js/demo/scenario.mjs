// The scenario: five services and a batch consumer on one bus, a few hundred orders with a rush in the middle.
import { Bus } from './bus.mjs';
import { VirtualClock } from './clock.mjs';
import { Faults, FATES } from './faults.mjs';
import { Random } from './random.mjs';
import { startAnalytics } from './services/analytics.mjs';
import { startFulfilment } from './services/fulfilment.mjs';
import { startInventory } from './services/inventory.mjs';
import { startNotifications } from './services/notifications.mjs';
import { startOrders } from './services/orders.mjs';
import { startPayments } from './services/payments.mjs';
import { Service } from './services/service.mjs';
import { Totals } from './totals.mjs';
import { Tracing } from './tracing.mjs';

const STARTS_AT = Date.UTC(2026, 0, 15, 9, 0, 0);
const ORDERS = Object.values(FATES).reduce((sum, count) => sum + count, 0);
const RUSH = { from: 120, to: 220 };
const CUSTOMERS = ['Ada', 'Björn & Søn', 'Chloé "C" Petit', "D'Arcy", 'Емілія', '<Fern> Ltd', '後藤'];

/** Runs it all on virtual time. Resolves to `{ orders, spans, totals }`. */
export async function runScenario({ seed, onProgress }) {
  const random = new Random(seed);
  const clock = new VirtualClock(STARTS_AT);
  const faults = new Faults(random);
  const bus = new Bus({ clock, network: faults.network });
  const tracing = new Tracing({ clock, random });
  const totals = new Totals();
  const service = (name) => new Service(name, { bus, clock, random, tracing, totals });

  const orders = startOrders(service('orders'));
  const payments = startPayments(service('payments'));
  const inventory = startInventory(service('inventory'));
  const fulfilment = startFulfilment(service('fulfilment'), { failpoint: faults.failpoint });
  startNotifications(service('notifications'));
  startAnalytics(service('analytics'));

  const ids = Array.from({ length: ORDERS }, (_, index) => `A-${1001 + index}`);
  const placed = faults.deal(ids);

  let time = clock.now();
  for (const [index, { id, fate }] of placed.entries()) {
    const rush = index >= RUSH.from && index < RUSH.to;
    time += rush ? random.between(20, 120) : random.between(200, 1_800);
    const order = { id, customer: random.pick(CUSTOMERS), total: random.between(500, 25_000) / 100 };
    clock.at(time, () => {
      orders.place(order);
      onProgress(index + 1, ORDERS);
    });
    if (fate === 'conflict') clock.at(time + 4_000, () => payments.charge(id));
    if (fate === 'corrected') clock.at(time + 15_000, () => payments.charge(id));
  }
  clock.at(time, () => inventory.reserve('')); // a reservation that lost its order id

  await clock.run();

  const spans = tracing.finishedSpans();
  totals.close({ orders: ORDERS, ledger: bus.ledger(), stats: fulfilment.stats(), spans });
  return { orders: placed, spans, totals };
}
