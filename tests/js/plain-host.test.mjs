// Hosts without Buffer, where an encoder is slow: short texts are written and read in another way there.
import { timesEncoded } from './support/plain-host.mjs';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { explain, extract } from 'spanlink';
import { spanId, traceparent } from './support/vectors.mjs';

test('short texts are written without an encoder, and none that is not ASCII passes', () => {
  const header = traceparent(1);
  const before = timesEncoded();
  assert.equal(extract({ headers: { traceparent: header } }).spanId, spanId(1));
  // Characters whose last byte would be the right one, or any.
  for (const [from, to] of ['0\u0130', '-\u012d', '0\u00b0', '0\u0430'].map((pair) => [...pair])) {
    assert.ok(header.includes(from));
    const { reason } = explain({ headers: { traceparent: header.replace(from, to) } });
    assert.equal(reason, 'not_text', to);
  }
  assert.equal(timesEncoded(), before);
  extract({ headers: { traceparent: ' '.repeat(64) + header } });
  assert.ok(timesEncoded() > before, 'a longer one is');
});

// And what the package promises holds there too.
for (const promised of [
  'beyond-w3c',
  'carriers',
  'fan-in',
  'fast-and-plain',
  'inject',
  'link-batch',
  'links',
  'trace-context',
  'trace-context-limits',
]) {
  await import(`./${promised}.test.mjs`);
}
