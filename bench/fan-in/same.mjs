// Asserts that all tables answer alike: a long walk of offers, settlements and expiries over a few keys, in which every
// event comes again, comes late, collides with others, or has no context.
import assert from 'node:assert/strict';
import { KINDS, event } from './events.mjs';
import { MAPS, maker } from './tables.mjs';

const STEPS = 6000;
const KEYS = 12;
const BOUNDS = { timeoutMs: 400, retainMs: 300, maxPending: 10 };
const SLOTS = ['payment', 'inventory'];
const SPAN = { traceId: 'c'.repeat(32), spanId: 'd'.repeat(16), traceFlags: 1, isRemote: false };
const BROKEN = ['', '00-zz', undefined, `00-${'0'.repeat(32)}-${'1'.repeat(16)}-01`];

/** Numbers below `limit` that look random, the same in each run. */
function dice(state) {
  return (limit) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * limit);
  };
}

/** What is the same in all tables: a completion id is each one's own, a list has a class. */
function plain(value) {
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object' || value === null) return value;
  if (typeof value.serialize === 'function') return value.serialize();
  const entries = Object.entries(value).filter(
    ([name, each]) => name !== 'completionId' && each !== undefined,
  );
  return Object.fromEntries(entries.map(([name, each]) => [name, plain(each)]));
}

/** A message whose span is one of four, or that has no valid context. */
function message(roll) {
  const chosen = roll(5);
  if (chosen < 4) return event(KINDS[chosen % 2 ? 'states' : 'plain'], chosen, roll(2)).message;
  const traceparent = BROKEN[roll(BROKEN.length)];
  return { headers: traceparent === undefined ? {} : { traceparent } };
}

/** One step for all tables; what each of them answered. */
function step(tables, roll, now) {
  const key = `order-${roll(KEYS)}`;
  const kind = roll(20);
  if (kind === 0) return tables.map((table) => table.expire(now));
  if (kind < 4) {
    const span = roll(2) ? SPAN : undefined;
    return tables.map((table) => table.settle(key, span));
  }
  const arrival = {
    key: roll(50) ? key : '',
    slot: roll(50) ? SLOTS[roll(2)] : 'refund',
    message: message(roll),
  };
  if (kind < 6) return tables.map((table) => table.offerMany([arrival, arrival]));
  return tables.map((table) => table.offer(arrival.key, arrival.slot, arrival.message));
}

/** Throws where two tables differ, and where the walk did not meet every kind of answer. */
export async function assertSameTables() {
  const roll = dice(1);
  let now = 1_700_000_000_000;
  const makers = await Promise.all(['spanlink', ...MAPS].map(maker));
  const tables = makers.map((make) => make(BOUNDS, () => now));
  const met = new Set();
  for (let at = 0; at < STEPS; at++) {
    now += roll(40);
    const [ours, ...theirs] = step(tables, roll, now).map(plain);
    theirs.forEach((other, index) => assert.deepEqual(other, ours, `${MAPS[index]} at step ${at}`));
    for (const each of Array.isArray(ours) ? ours : [ours]) {
      met.add([each.status ?? each, each.phase ?? each.after ?? each.reason ?? each.redelivered].join(' '));
    }
  }
  assert.deepEqual([...met].sort(), [
    'complete false',
    'complete true',
    'conflict ',
    'duplicate complete',
    'duplicate expired',
    'duplicate pending',
    'expired timeout',
    'false ',
    'late complete',
    'late expired',
    'pending ',
    'rejected capacity',
    'rejected invalid_key',
    'rejected unknown_slot',
    'true ',
  ]);
  for (const table of tables) table.free();
}
