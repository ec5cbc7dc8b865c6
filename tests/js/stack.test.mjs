// The stack of the instance is small: no call may need much of it, whatever the input.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { untouchedStack } from './support/wasm-memory.mjs';
import { FanIn, TraceState, linkBatch } from 'spanlink';
import { calls } from './support/calls-inside.mjs';
import { traceparent } from './support/vectors.mjs';

/** Half of it. */
const ENOUGH = 32 * 1024;

const list = Array.from({ length: 32 }, (_, n) => `k${n}x=${'v'.repeat(200)}`).join(' , ');
const message = (n) => ({ headers: { traceparent: traceparent(n + 1), tracestate: list } });
const many = (count) => Array.from({ length: count }, (_, n) => message(n));

function largeTable() {
  const slots = Object.fromEntries(
    Array.from({ length: 1024 }, (_, n) => [
      `slot ${n}`,
      { attributes: { list: ['a', 'b'], text: 'x'.repeat(99) } },
    ]),
  );
  const table = new FanIn(
    { name: 'n'.repeat(256), slots, timeoutMs: 1000, maxBytes: 3_000_000, onFull: 'evictOldest' },
    { now: () => 0 },
  );
  const offer = (key, slot) =>
    table.offer(key, slot, message(1), { eventId: 'e'.repeat(1000), attributes: { text: 'x'.repeat(3000) } });
  for (const slot of Object.keys(slots)) offer('all', slot);
  table.settle('all', { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), traceFlags: 1 });
  for (let n = 0; n < 3000; n++) offer(`key ${n}`, 'slot 1');
  assert.ok(table.stats().evicted > 0);
  assert.ok(table.expire(1001).length > 0);
  table.free();
}

/** What is large, or has many parts. */
const large = {
  ...Object.fromEntries(
    ['sampled', 'first', 'last', 'split'].map((overflow) => [
      `linkBatch, ${overflow}`,
      () => assert.equal(linkBatch(many(5000), { overflow }).report.messages, 5000),
    ]),
  ),
  'a tracestate': () => assert.equal(TraceState.parse(list).set('a', 'b').unset('k3x').get('a'), 'b'),
  'a table': largeTable,
  'a definition that makes no sense': () =>
    assert.throws(() => new FanIn({ name: 'x', timeoutMs: 1, slots: { ['s'.repeat(256)]: { max: 0 } } })),
};

describe('the stack', () => {
  for (const [name, call] of Object.entries({ ...calls, ...large })) {
    test(name, () => {
      call();
      assert.ok(untouchedStack() > ENOUGH, `${untouchedStack()} bytes of it are left`);
    });
  }

  test('it is looked at where it is', () => {
    // What has been used of it is just above what has not, and that is not all of the memory.
    assert.ok(untouchedStack() < 2 * ENOUGH);
  });
});
