// X-Ray and B3: the shared vectors, where the headers are found, and readers in order.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { SpanlinkError, explain, extract, formatTraceparent, linkBatch } from 'spanlink';
import { auto, b3, custom, firstOf, kafka, metadata, xray } from 'spanlink/carriers';
import { vectors } from './support/vectors.mjs';

const answer = (message, reader) => {
  const { context, reason } = explain(message, reader);
  return context ? formatTraceparent(context) : reason;
};

const HEADER = 'Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1';
const SPAN = '53995c3f42cd8ad8';
const W3C = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';

describe('xray', () => {
  for (const { name, header, expected } of vectors('xray.json')) {
    test(name, () => {
      assert.equal(answer({ Attributes: { AWSTraceHeader: header } }, xray), expected);
      assert.equal(answer({ headers: { 'X-Amzn-Trace-Id': header } }, xray), expected);
    });
  }
  test('every place it may be in', () => {
    const places = [
      { Attributes: { AWSTraceHeader: HEADER } },
      { attributes: { AWSTraceHeader: HEADER } },
      { headers: { 'x-amzn-trace-id': Buffer.from(HEADER) } },
      new Headers({ 'X-Amzn-Trace-Id': HEADER }),
      [['x-amzn-trace-id', HEADER]],
    ];
    for (const place of places) assert.equal(extract(place, xray)?.spanId, SPAN);
  });
  test('a header twice is no context', () => {
    assert.equal(answer({ headers: { 'x-amzn-trace-id': [HEADER, HEADER] } }, xray), 'multiple');
  });
  test('no W3C reader falls back to it', () => {
    assert.equal(answer({ headers: { 'x-amzn-trace-id': HEADER } }, kafka), 'missing');
    assert.equal(answer({ Attributes: { AWSTraceHeader: HEADER } }, auto), 'missing');
  });
});

describe('b3', () => {
  for (const { name, headers, expected } of vectors('b3.json')) {
    test(name, () => {
      assert.equal(answer({ headers }, b3), expected);
      assert.equal(answer(new Map(Object.entries(headers)), b3), expected);
      assert.equal(answer(Object.entries(headers).flat(), b3), expected);
    });
  }
  test('parts that together are longer than the room for one', () => {
    const long = 'a'.repeat(65_000);
    const headers = { 'x-b3-traceid': long, 'x-b3-spanid': long, 'x-b3-sampled': long, 'x-b3-flags': long };
    assert.equal(answer({ headers }, b3), 'bad_trace_id');
    assert.equal(answer({ headers: { traceparent: W3C } }, kafka), W3C);
  });
});

describe('firstOf', () => {
  const both = { headers: { traceparent: W3C, 'x-amzn-trace-id': HEADER } };
  test('the first valid context wins', () => {
    assert.equal(answer(both, firstOf(kafka, xray)), W3C);
    assert.equal(extract(both, firstOf(xray, kafka)).spanId, SPAN);
    assert.equal(
      extract({ headers: { traceparent: 'x', 'x-amzn-trace-id': HEADER } }, firstOf(kafka, xray)).spanId,
      SPAN,
    );
  });
  test('its tracestate comes along', () => {
    const message = { headers: { traceparent: W3C, tracestate: 'a=1' } };
    assert.equal(extract(message, firstOf(xray, kafka)).traceState.serialize(), 'a=1');
  });
  test('the reason is that of the first that found anything', () => {
    assert.equal(answer({}, firstOf(kafka, xray)), 'missing');
    assert.equal(answer({ headers: { 'x-amzn-trace-id': 'Root=1' } }, firstOf(kafka, xray)), 'bad_trace_id');
    assert.equal(answer({ headers: { traceparent: 'x' } }, firstOf(xray, kafka, metadata)), 'bad_length');
    const both = { headers: { traceparent: 'x', 'x-amzn-trace-id': 'Root=1' } };
    assert.equal(answer(both, firstOf(metadata, kafka, xray)), 'bad_length');
    assert.equal(answer(both, firstOf(metadata, xray, kafka)), 'bad_trace_id');
  });
  test('in a batch, with a reader that throws', () => {
    const broken = custom(() => {
      throw new Error('broken');
    });
    const { report } = linkBatch([both, {}, { headers: { b3: '0' } }], {
      reader: firstOf(broken, kafka, b3),
    });
    assert.deepEqual([report.linked, report.missing], [1, 2]);
  });
  test('what is no reader is refused', () => {
    for (const readers of [[], ['kafka'], [kafka, undefined]]) {
      assert.throws(
        () => firstOf(...readers),
        (error) => error instanceof SpanlinkError && error.code === 'invalid_option',
      );
    }
  });
});
