// FanIn and time: the clock it is given, times that are none, deadlines.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { FanIn, SpanlinkError } from 'spanlink';
import { traceparent } from './support/vectors.mjs';

const definition = { name: 'join', slots: { b: {}, a: {} }, timeoutMs: 1000, retainMs: 5000 };
const event = (n) => ({ headers: { traceparent: traceparent(n) } });
const coded = (code) => (error) => error instanceof SpanlinkError && error.code === code;
const at = (now) => ({ now: () => now });

describe('the clock', () => {
  test('is Date.now when none is given', () => {
    const fanIn = new FanIn(definition);
    const before = Date.now();
    fanIn.offer('k', 'a', event(1));
    const { deadline } = fanIn.inspect('k');
    assert.ok(deadline >= before + 1000 && deadline <= Date.now() + 1000, String(deadline));
    assert.equal(fanIn.nextDeadline(), deadline);
  });

  test('is asked by expire when no time is given', () => {
    let now = 0;
    const fanIn = new FanIn(definition, { now: () => now });
    fanIn.offer('k', 'a', event(1));
    now = 999;
    assert.deepEqual(fanIn.expire(), []);
    now = 1000;
    assert.deepEqual(
      fanIn.expire().map(({ key, reason }) => [key, reason]),
      [['k', 'timeout']],
    );
  });

  test('may step back: what was evicted is due all the same', () => {
    let now = 1000;
    const bounded = { ...definition, maxPending: 1, onFull: 'evictOldest' };
    const fanIn = new FanIn(bounded, { now: () => now });
    for (const key of ['k1', 'k2']) fanIn.offer(key, 'a', event(1));
    for (now of [500, 1000, 1700.5]) assert.equal(fanIn.nextDeadline(), Math.floor(now));
    assert.deepEqual(
      fanIn.expire(0).map(({ key, reason }) => [key, reason]),
      [['k1', 'evicted']],
    );
    assert.equal(fanIn.nextDeadline(), 1000, 'when it is handed out again');
  });

  for (const now of [null, NaN, Infinity, '0', 0n]) {
    test(`expire takes a time, not ${String(now)}`, () => {
      const fanIn = new FanIn(definition, at(0));
      assert.throws(() => fanIn.expire(now), coded('invalid_option'));
    });
  }

  for (const now of [7, 'now', {}, null]) {
    test(`must be a function, not ${JSON.stringify(now)}`, () => {
      assert.throws(() => new FanIn(definition, { now }), coded('invalid_option'));
    });
  }

  for (const time of [NaN, Infinity, -Infinity, '7', 7n, undefined, null]) {
    test(`must give a time, not ${String(time)}, before anything is recorded`, () => {
      const fanIn = new FanIn(definition, { now: () => time });
      const calls = [
        () => fanIn.offer('k', 'a', event(1)),
        () => fanIn.offerMany([{ key: 'k', slot: 'a', message: event(1) }]),
        () => fanIn.settle('k'),
        () => fanIn.forget('k'),
        () => fanIn.expire(),
      ];
      for (const call of calls) assert.throws(call, coded('invalid_option'));
      assert.equal(fanIn.stats().offered, 0);
    });
  }
});
