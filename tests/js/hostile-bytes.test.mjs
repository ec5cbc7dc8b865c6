// Bytes that become more while the messages they belong to are read: their buffer is resizable, and a getter of the
// same message, or of a later one, resizes it.
import assert from 'node:assert/strict';
import { afterEach, describe, test } from 'node:test';
import { runInNewContext } from 'node:vm';
import { FanIn, explain, extract, linkBatch, linkTo, parentOrLink } from 'spanlink';
import { b3, headers } from 'spanlink/carriers';
import { assertStillGood } from './support/known-good.mjs';
import { spanId, traceparent } from './support/vectors.mjs';

afterEach(() => assertStillGood());

const skip = typeof ArrayBuffer.prototype.resize !== 'function' && 'buffers cannot be resized';
const MOST = 2 ** 23;
/** How many bytes there are at last: in the room for text, beyond it, beyond what the module keeps there, and none. */
const sizes = [56, 65_536, 65_537, 131_072, 131_073, 300_000, 700_000, MOST, 0];

/** Bytes of a text, and what makes them `size` bytes of another. */
function growing(text, size) {
  const buffer = new ArrayBuffer(text.length, { maxByteLength: MOST });
  const bytes = new Uint8Array(buffer);
  bytes.set(Buffer.from(text));
  const grow = () => {
    buffer.resize(size);
    bytes.fill(0x41);
  };
  return { bytes, grow };
}

/** A call that is ended where it does not end by itself. */
const ending = (call) => runInNewContext('call()', { call }, { timeout: 10_000 });

describe('bytes that become more while they are read', { skip }, () => {
  for (const size of sizes) {
    test(`a traceparent of ${size} bytes, by the tracestate`, () => {
      for (const read of [explain, extract, linkTo, parentOrLink]) {
        const { bytes, grow } = growing(traceparent(1), size);
        const list = ['a=1', 'b=2'];
        Object.defineProperty(list, 1, { get: () => (grow(), 'b=2') });
        read({ headers: { traceparent: bytes, tracestate: list } });
        assertStillGood();
      }
    });

    test(`a traceparent of ${size} bytes, by the next message of a batch`, () => {
      for (const before of [0, 1, 1024]) {
        const { bytes, grow } = growing(traceparent(1), size);
        const messages = Array.from({ length: before }, (_, n) => ({ traceparent: traceparent(n + 10) }));
        const next = { get: () => (grow(), traceparent(2)), enumerable: true };
        messages.push({ traceparent: bytes }, Object.defineProperty({}, 'traceparent', next));
        const { links, report } = ending(() => linkBatch(messages, { reader: headers, maxLinks: 2000 }));
        assert.equal(links.at(-1).context.spanId, spanId(2));
        assert.deepEqual([report.linked, report.missing + report.malformed], [before + 1, 1]);
      }
    });

    test(`a traceparent of ${size} bytes, in a fan-in`, () => {
      const fanIn = new FanIn({ name: 'join', slots: { a: {}, b: {} }, timeoutMs: 1000 }, { now: () => 0 });
      const { bytes, grow } = growing(traceparent(1), size);
      const next = { get: () => (grow(), traceparent(2)), enumerable: true };
      const arrivals = [
        { key: 'k', slot: 'a', message: { traceparent: bytes } },
        { key: 'k', slot: 'b', message: Object.defineProperty({}, 'traceparent', next) },
      ];
      const [, outcome] = ending(() => fanIn.offerMany(arrivals));
      assert.equal(outcome.status, 'complete');
      fanIn.free();
    });

    test(`other headers of ${size} bytes`, () => {
      const { bytes, grow } = growing('00f067aa0ba902b7', size);
      const other = { 'x-b3-spanid': bytes };
      Object.defineProperty(other, 'x-b3-flags', { get: () => (grow(), '1'), enumerable: true });
      const carrier = Object.assign(Object.create(other), { 'x-b3-traceid': traceparent(1).slice(3, 35) });
      assert.ok(['bad_span_id', 'bad_length', 'not_text'].includes(explain({ headers: carrier }, b3).reason));
    });
  }
});
