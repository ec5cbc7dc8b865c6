// Uses of the package that must not take more memory as they go on. A process of its own for each, as memory never
// shrinks and what one has left free would hide what another takes: `node memory-uses.mjs <use> [options as JSON]` prints
// what it found as JSON.
import { wasmBytes } from './wasm-memory.mjs';
import { FanIn, TraceState, extract, linkBatch } from 'spanlink';
import { traceId, traceparent } from './vectors.mjs';

const event = (n) => ({ headers: { traceparent: traceparent(n), tracestate: `vendor=${n}` } });
const events = Array.from({ length: 64 }, (_, n) => event(n + 1));
const anEvent = (n) => events[n % events.length];

/** A key as most are: a UUID. */
const uuid = (n) => `00000000-0000-4000-8000-${n.toString(16).padStart(12, '0')}`;
/** Keys of 1 to 250 characters. */
const text = (n) => `${n}`.padEnd(1 + ((n * 7919) % 250), '.');

const keys = { uuid, text };

/**
 * Opens joins, in `parts` of `part` each, more than there is room for. Looks at what the table holds now and then, and
 * takes out then what was evicted, if it `drains`.
 */
function joins({ key, part, parts, drains, ...options }) {
  const definition = { name: 'join', slots: { a: {}, b: {} }, timeoutMs: 1e9, ...options };
  const before = wasmBytes();
  const fanIn = new FanIn(definition, { now: () => 0 });
  const step = part / 50;
  const counted = { pending: 0, rejected: 0, handedOut: 0 };
  const most = { pending: 0, tombstones: 0, bytes: 0 };
  const memory = [];
  for (let offers = 1; offers <= parts * part; offers++) {
    counted[fanIn.offer(keys[key](offers), 'a', anEvent(offers)).status]++;
    if (offers % step === 0) {
      const stats = fanIn.stats();
      for (const name of Object.keys(most)) most[name] = Math.max(most[name], stats[name]);
      if (drains) counted.handedOut += fanIn.expire().length;
    }
    if (offers % part === 0) memory.push(wasmBytes() - before);
  }
  const stats = fanIn.stats();
  const left = fanIn.expire().length;
  return { memory, most, counted, stats, left };
}

/** Does something `times` times. Gives how large the memory was after each. */
function repeated(times, work) {
  const memory = [];
  for (let time = 0; time < times; time++) {
    work(time);
    memory.push(wasmBytes());
  }
  return { memory };
}

const longText = `01-${traceId(1)}-00f067aa0ba902b7-01-`.padEnd(65_536, 'x');
const longList = Array.from({ length: 32 }, (_, n) => `k${n}=${'v'.repeat(250)}`).join(' , ');

/** Batches that need more room than is kept. */
const bursts = {
  messages: () =>
    linkBatch(Array.from({ length: 100_000 }, (_, n) => ({ traceparent: traceparent(n % 65_000) }))),
  links: () =>
    linkBatch(
      Array.from({ length: 50_000 }, (_, n) => ({ traceparent: Buffer.from(traceparent(n)) })),
      { maxLinks: 1e6 },
    ),
  'long texts': () => linkBatch(Array.from({ length: 200 }, () => ({ traceparent: longText }))),
  'long bytes': () => linkBatch(Array.from({ length: 200 }, () => ({ traceparent: Buffer.from(longText) }))),
  'long lists': () =>
    linkBatch(
      Array.from({ length: 200 }, (_, n) => ({
        traceparent: traceparent(n),
        tracestate: `${longList},n=${n}`,
      })),
      { maxLinks: 200 },
    ),
  'a long list': () => TraceState.parse(longList).set('a', 'b').unset('k3').get('k31'),
  rejected: () => linkBatch(Array.from({ length: 50_000 }, () => ({ traceparent: 'x' }))),
};

/** What empties a table that holds joins of so many keys. */
const emptied = {
  forget(fanIn, keys) {
    for (const key of keys) fanIn.forget(key);
  },
  'settle and retention'(fanIn, keys, clock) {
    for (const key of keys) fanIn.offer(key, 'b', anEvent(7));
    for (const key of keys)
      fanIn.settle(key, { traceId: traceId(1), spanId: '00f067aa0ba902b7', traceFlags: 1 });
    clock.time += 2000;
    fanIn.expire();
  },
  'timeout and retention'(fanIn, keys, clock) {
    clock.time += 1000;
    fanIn.expire();
    clock.time += 2000;
    fanIn.expire();
  },
};

/** How often the memory grows while so many joins begin, and what it takes then beside what is told. */
function growths({ joins }) {
  const definition = { name: 'join', slots: { a: {}, b: {} }, timeoutMs: 1e9, maxPending: joins };
  const before = wasmBytes();
  const fanIn = new FanIn(definition, { now: () => 0 });
  const message = { traceparent: traceparent(1) };
  let last = before;
  let times = 0;
  for (let n = 0; n < joins; n++) {
    fanIn.offer(uuid(n), 'a', message);
    const now = wasmBytes();
    if (now !== last) times++;
    last = now;
  }
  return { times, taken: last - before, told: fanIn.stats().bytes };
}

const uses = {
  joins,
  growths,
  /** Batches of spans that were never seen before. */
  batches: () =>
    repeated(200, (time) =>
      linkBatch(
        Array.from({ length: 2000 }, (_, n) => ({ traceparent: `00-${traceId(time + 1)}-${spanOf(n)}-01` })),
      ),
    ),
  burst: ({ burst }) => repeated(5, () => bursts[burst]()),
  bursts: ({ names }) => repeated(3, () => names.forEach((burst) => bursts[burst]())),
  /** A burst, and a table that takes less than half as much. */
  'handed on': ({ burst }) =>
    repeated(2, (time) => {
      if (time === 0) return bursts[burst]();
      const fanIn = new FanIn({ name: 'join', slots: { a: {}, b: {} }, timeoutMs: 1 }, { now: () => 0 });
      all(12_000, (n) => fanIn.offer(uuid(n), 'a', anEvent(n)));
    }),
  messages: () => repeated(20, (time) => all(5000, (n) => extract(anEvent(n + time)))),
  emptied({ by, key }) {
    const clock = { time: 0 };
    const definition = { name: 'join', slots: { a: {}, b: {} }, timeoutMs: 1000 };
    const fanIn = new FanIn(definition, { now: () => clock.time });
    const held = [];
    const { memory } = repeated(4, (time) => {
      const names = Array.from({ length: 12_000 }, (_, n) => keys[key](n + time * 1000));
      for (const [n, name] of names.entries()) fanIn.offer(name, 'a', anEvent(n));
      emptied[by](fanIn, names, clock);
      const { pending, tombstones, bytes } = fanIn.stats();
      held.push(pending + tombstones + bytes);
    });
    return { memory, held };
  },
  freed: () =>
    repeated(10, () => {
      const fanIn = new FanIn({ name: 'join', slots: { a: {}, b: {} }, timeoutMs: 1 }, { now: () => 0 });
      all(20_000, (n) => fanIn.offer(text(n), 'a', anEvent(n)));
      fanIn.free();
    }),
};

const spanOf = (n) => (n + 1).toString(16).padStart(16, '0');

function all(count, work) {
  for (let n = 0; n < count; n++) work(n);
}

const [use, options = '{}'] = process.argv.slice(2);
console.log(JSON.stringify(uses[use](JSON.parse(options))));
