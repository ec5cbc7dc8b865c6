// When the host is asked for randomness: not at import, nor for small batches; once, before a table that may grow.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { traceparent } from './support/vectors.mjs';

const messages = (count) =>
  Array.from({ length: count }, (_, n) => ({ headers: { traceparent: traceparent(n + 1) } }));

test('randomness is asked for once, before a table that may grow', { skip: without() }, async () => {
  let asked = 0;
  const { crypto } = globalThis;
  Object.defineProperty(globalThis, 'crypto', {
    configurable: true,
    get: () => {
      asked++;
      return crypto;
    },
  });
  const { FanIn, linkBatch } = await import('spanlink');
  const linked = (count) => linkBatch(messages(count), { maxLinks: 1000 }).report.linked;
  assert.equal(linked(256), 256);
  assert.equal(asked, 0, 'for 256 messages');
  assert.equal(linked(257), 257);
  const first = asked;
  assert.ok(first > 0, 'for 257 messages');
  assert.equal(linked(256), 256);
  assert.equal(linked(999), 999);
  new FanIn({ name: 'join', timeoutMs: 1000, slots: { a: {}, b: {} } }).free();
  assert.equal(asked, first, 'once');
});

/** Why it cannot be seen here, if so. */
function without() {
  return globalThis.crypto === undefined && 'Node 18 has no global crypto; run it in Node 20 or later';
}
