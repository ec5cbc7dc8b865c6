// A process that has one table and does with it what it is told to (see `startChild`): so each table has its own heap,
// and pays for its own garbage. Arguments: the table's name, the kind of its events, how many joins wait, and how many
// events come at a time.
import assert from 'node:assert/strict';
import { answer, memoryInUse } from '../child.mjs';
import { KINDS, event } from './events.mjs';
import { maker } from './tables.mjs';

const [name, kindName, ...numbers] = process.argv.slice(2);
const [pending, poll] = numbers.map(Number);
const kind = KINDS[kindName];

const START = 1_700_000_000_000;
/** From one poll to the next. */
const TICK_MS = 10;
const TIMEOUT_MS = 3_600_000;
/** Closed joins are remembered until there is one for ten that wait. */
const RETAIN_MS = TICK_MS * Math.ceil(pending / 10 / poll);
const SPAN = { traceId: 'c'.repeat(32), spanId: 'd'.repeat(16), traceFlags: 1, isRemote: false };

let polls = 0;
/** When a poll is; joins that began in it are due `TIMEOUT_MS` later. */
const timeOf = (number) => START + number * TICK_MS;
let clock = timeOf(0);
const make = await maker(name);
/** Polls that may begin before others complete. */
const ROOM = 4;
const create = () =>
  make({ timeoutMs: TIMEOUT_MS, retainMs: RETAIN_MS, maxPending: pending + ROOM * poll }, () => clock);
let table = create();

/** Joins from `oldest` to `newest` wait. */
let oldest = 0;
let newest = 0;

function time(work) {
  const start = process.hrtime.bigint();
  work();
  return Number(process.hrtime.bigint() - start);
}

const arrivalsOf = (first, turn) =>
  Array.from({ length: poll }, (_, index) => event(kind, first + index, turn));

/** Offers the events one by one, or all at once. Gives the nanoseconds. */
function offer(arrivals, isMany, status) {
  let others = 0;
  const spent = isMany
    ? time(() => {
        for (const outcome of table.offerMany(arrivals)) if (outcome.status !== status) others++;
      })
    : time(() => {
        for (const arrival of arrivals) {
          const outcome = table.offer(arrival.key, arrival.slot, arrival.message, arrival);
          if (outcome.status !== status) others++;
        }
      });
  assert.equal(others, 0, `${name}: every event is ${status}`);
  return spent;
}

function begin(isMany) {
  clock = timeOf(polls++);
  const spent = offer(arrivalsOf(newest, 0), isMany, 'pending');
  newest += poll;
  return spent;
}

/** Completes the oldest joins, and settles them. */
function complete(isMany) {
  const arrivals = arrivalsOf(oldest, 1);
  const completing = offer(arrivals, isMany, 'complete');
  let settled = 0;
  const settling = time(() => {
    for (const { key } of arrivals) settled += table.settle(key, SPAN);
  });
  assert.equal(settled, poll);
  oldest += poll;
  return { completing, settling };
}

/** What the process takes: the pages it has, V8's heap, and the memory of WebAssembly, which is no array buffer. */
function memory() {
  const { heap, arrayBuffers, external } = memoryInUse();
  return { rss: process.memoryUsage.rss(), heap: heap + arrayBuffers, wasm: external - arrayBuffers };
}

function reset() {
  table.free();
  polls = oldest = newest = 0;
  clock = timeOf(0);
  table = create();
}

/** Uses other tables for a while: code is compiled, and the young generation in use, before anything is measured. */
function warmUp(times) {
  for (let turn = 0; turn < times; turn++) {
    begin(false);
    if (turn % ROOM === ROOM - 1) {
      complete(false);
      reset();
    }
  }
  reset();
}

const calls = {
  isReady: () => true,

  /**
   * Lets all joins begin. Gives the bytes that each of them takes. The warm-up comes right before, for what a process
   * does not use for a while is taken from it.
   */
  fill(warmUpPolls) {
    warmUp(warmUpPolls);
    const before = memory();
    while (newest < pending) begin(false);
    const after = memory();
    assert.equal(table.stats().pending, pending);
    const grown = (what) => (after[what] - before[what]) / pending;
    return {
      rss: grown('rss'),
      heap: grown('heap'),
      wasm: grown('wasm'),
      counted: (table.stats().bytes ?? NaN) / pending,
    };
  },

  /** How long full collections of garbage take, in milliseconds. */
  pauses(times) {
    globalThis.gc();
    return Array.from({ length: times }, () => time(globalThis.gc) / 1e6);
  },

  /** Nanoseconds an event, while as many joins end as begin. */
  round(times) {
    const spent = { first: 0, completing: 0, settling: 0, firstMany: 0, completingMany: 0 };
    for (let turn = 0; turn < times; turn++) {
      spent.first += begin(false);
      const one = complete(false);
      spent.completing += one.completing;
      spent.firstMany += begin(true);
      const many = complete(true);
      spent.completingMany += many.completing;
      spent.settling += (one.settling + many.settling) / 2;
    }
    assert.equal(table.stats().pending, pending);
    return Object.fromEntries(Object.entries(spent).map(([what, ns]) => [what, ns / times / poll]));
  },

  /** Nanoseconds a join whose time is over; those of one poll are due together. */
  expire(times) {
    let spent = 0;
    for (let turn = 0; turn < times; turn++) {
      clock = timeOf(oldest / poll) + TIMEOUT_MS;
      let expired;
      spent += time(() => (expired = table.expire()));
      assert.equal(expired.length, poll, `${name}: those of one poll expire`);
      oldest += poll;
    }
    return { expiring: spent / times / poll };
  },
};

answer(calls);
