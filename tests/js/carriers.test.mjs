// Every reader on every message: its own gives the context, `auto` the same, and a wrong one none, or the same.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { explain, extract, formatTraceparent, linkBatch } from 'spanlink';
import * as carriers from 'spanlink/carriers';
import { HOP, captured } from './support/captured.mjs';
import { context, flat, spanId, traceparent } from './support/vectors.mjs';

const { auto } = carriers;
const readers = Object.entries(carriers).filter(([, each]) => typeof each?.read === 'function');
const HEADERS = { traceparent: traceparent(1), tracestate: 'a=1,b=2' };
const MISSING = { context: undefined, reason: 'missing' };
const expected = (traceState) => ({ ...context(1), isRemote: true, traceState });

for (const { reader: name, client, message, noList, hop } of captured) {
  const reader = carriers[name];
  describe(`${name}: ${client}`, () => {
    test('its context', () => {
      const known = expected(noList ? undefined : HEADERS.tracestate);
      assert.deepEqual(flat(extract(message(HEADERS), reader)), known);
      assert.deepEqual(flat(extract(message(HEADERS))), known, 'auto');
      assert.deepEqual(flat(extract(message(HEADERS), auto)), known, 'auto, named');
    });

    test('a traceparent alone, a tracestate alone, neither', () => {
      for (const each of [reader, auto]) {
        assert.deepEqual(flat(extract(message({ traceparent: traceparent(1) }), each)), expected(undefined));
        for (const headers of [{ tracestate: 'a=1' }, {}]) {
          const found = explain(message(headers), each);
          // An event without a context of its own came in a request that has one: better than none.
          if (hop && each === auto) assert.equal(formatTraceparent(found.context), HOP);
          else assert.deepEqual(found, MISSING);
        }
      }
    });

    test('a broken traceparent has its reason', () => {
      for (const each of [reader, auto]) {
        assert.equal(explain(message({ traceparent: '00-x' }), each).reason, 'bad_length');
      }
    });

    test('other readers find nothing, or the same', () => {
      for (const [other, wrong] of readers) {
        const found = explain(message(HEADERS), wrong);
        if (hop && found.context && wrong !== reader && found.context.spanId !== spanId(1)) {
          assert.equal(formatTraceparent(found.context), HOP, 'what was asked for is the request');
        } else if (found.context) {
          assert.deepEqual({ ...flat(found.context), traceState: undefined }, expected(undefined), other);
        } else {
          assert.equal(found.reason, 'missing', other);
        }
      }
    });

    test('in a batch among others', () => {
      const batch = linkBatch([message(HEADERS), null, message({}), {}], { reader });
      assert.equal(batch.report.linked, 1);
      assert.equal(batch.report.missing, 3);
    });
  });
}

test('every reader of one transport has a message here', () => {
  const shown = new Set(captured.map(({ reader }) => reader));
  const others = ['auto', 'b3', 'xray'];
  assert.deepEqual(readers.map(([name]) => name).sort(), [...shown, ...others].sort());
});
