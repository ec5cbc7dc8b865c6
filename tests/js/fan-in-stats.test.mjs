// What a table counts: each count under its own name.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { FanIn } from 'spanlink';
import { traceparent } from './support/vectors.mjs';

const event = (n) => ({ headers: { traceparent: traceparent(n) } });

describe('stats', () => {
  test('has each count under its name', () => {
    let now = 0;
    const fanIn = new FanIn(
      {
        name: 'join',
        slots: { a: { onConflict: 'replace' }, b: {} },
        timeoutMs: 1000,
        maxPending: 20,
        maxTombstones: 22,
        onFull: 'evictOldest',
      },
      { now: () => now },
    );
    let sent = 0;
    const times = (count, each) => Array.from({ length: count }, (_, index) => each(index));
    const offer = (key, slot, message = event(++sent)) => fanIn.offer(key, slot, message);

    times(2, (n) => offer(`due-${n}`, 'a'));
    now = 1000;
    assert.equal(fanIn.expire().length, 2);
    const closing = times(9, (n) => {
      offer(`closed-${n}`, 'a');
      const message = event(++sent);
      assert.equal(offer(`closed-${n}`, 'b', message).status, 'complete');
      return message;
    });
    times(3, (n) => offer(`closed-${n}`, 'b', closing[n])); // redelivered
    times(5, (n) => fanIn.settle(`closed-${n}`));
    times(4, (n) => offer(`closed-${n}`, 'b', closing[n])); // duplicates
    times(6, (n) => offer(`closed-${n}`, 'b')); // late
    offer('open', 'b');
    times(7, () => offer('open', 'b')); // conflicts
    offer('changing', 'a');
    times(8, () => offer('changing', 'a')); // replaced
    times(10, () => offer('', 'a')); // rejected
    offer('forgotten', 'a');
    fanIn.forget('forgotten');
    // With the two that are open, 60, of which 20 may wait. Of 51 closed joins 22 are remembered: 29 were dropped early,
    // among them 18 of those evicted.
    times(58, (n) => offer(`new-${n}`, 'a'));
    const { bytes, ...counts } = fanIn.stats();
    assert.ok(bytes > 0);
    assert.deepEqual(counts, {
      pending: 20,
      tombstones: 22,
      offered: 2 + 18 + 3 + 4 + 6 + 8 + 9 + 10 + 1 + 58,
      arrivals: 2 + 9 + 1 + 9 + 1 + 58,
      completed: 9,
      redelivered: 3,
      duplicates: 4,
      late: 6,
      conflicts: 7,
      rejected: 10,
      replaced: 8,
      expired: 2,
      evicted: 40,
      settled: 5,
      forgotten: 1,
      tombstonesDropped: 29,
      undelivered: 18,
    });
    fanIn.free();
  });
});
