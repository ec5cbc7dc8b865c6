// Headers that are there more than once, in every container: how they are counted, and that many of them cost no time.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { describe, test } from 'node:test';
import { Worker } from 'node:worker_threads';
import { explain, extract } from 'spanlink';
import { auto, headers, kafka, lambdaMsk } from 'spanlink/carriers';
import { spanId, traceparent } from './support/vectors.mjs';

const [ONE, TWO] = [1, 2].map((n) => traceparent(n));
const MOST = 65_536;
const reason = (message, reader) => explain(message, reader).reason;
const listOf = (message, reader) => extract(message, reader)?.traceState?.serialize();

/** What is read from each message, in which a header is there as often as one container's may be. */
const REPEATED = `
import { parentPort } from 'node:worker_threads';
import { explain } from 'spanlink';
import { auto, headers, kafka, kinesis, queueBody, rdkafka, snsEnvelope } from 'spanlink/carriers';

const MOST = ${MOST};
const times = (make) => Array.from({ length: MOST }, make);
const many = Array(MOST).fill('a=1');
const list = (name) => times(() => ({ [name]: Buffer.from('x') }));
const body = JSON.stringify({ headers: Array(15_000).fill(['traceparent', '']).flat() });
const told = [
  explain({ headers: list('traceparent') }, rdkafka),
  explain({ headers: [{ traceparent: '${ONE}' }, ...list('tracestate').slice(1)] }, rdkafka),
  explain({ headers: new Map(times(() => [Buffer.from('traceparent'), 'x'])) }, kafka),
  explain(times(() => ['traceparent', 'x']).flat(), headers),
  explain(times(() => ['traceparent', 'x']), headers),
  explain(times(() => ['traceparent', 'x']).flat(), auto),
  explain({ headers: Array(200).fill({ traceparent: many }) }, kafka),
  explain({ headers: [{ traceparent: '${ONE}' }, ...Array(200).fill({ tracestate: many })] }, kafka),
  explain({ body }, queueBody),
  explain({ body }, auto),
  explain({ kinesis: { data: btoa(body) } }, kinesis),
  explain({ Body: JSON.stringify({ MessageAttributes: Array(10_000).fill({ traceparent: '' }) }) }, snsEnvelope),
];
parentPort.postMessage(told.map(({ context, reason }) => reason ?? String(context.traceState?.serialize())));
`;

// The measure is the runner's own limit. What copies the values found so far with each further one takes minutes.
test('a header that is there 65 536 times is read in one go', { timeout: 30_000 }, async (t) => {
  const source = REPEATED.replace(
    /from '(spanlink.*?)'/g,
    (_, name) => `from '${import.meta.resolve(name)}'`,
  );
  const worker = new Worker(new URL(`data:text/javascript,${encodeURIComponent(source)}`));
  t.signal.addEventListener('abort', () => worker.terminate());
  const [told] = await once(worker, 'message');
  assert.deepEqual(
    told,
    told.map((_, index) => (index === 1 || index === 7 ? 'undefined' : 'multiple')),
  );
});

test('a list of which one header is no text, or too long, is no list', () => {
  for (const part of [7, true, {}, Buffer.from('b=é'), 'x'.repeat(MOST + 1)]) {
    for (const tracestate of [
      ['a=1', part],
      [part, 'a=1'],
    ]) {
      const { context } = explain({ headers: { traceparent: ONE, tracestate } });
      assert.equal(context.spanId, spanId(1));
      assert.equal(context.traceState, undefined);
    }
  }
  assert.equal(listOf({ headers: { traceparent: ONE, tracestate: ['a=1', null, '', 'b=2'] } }), 'a=1,b=2');
});

describe('an empty value is a value', () => {
  for (const [name, empty] of [
    ['text', ''],
    ['bytes', Buffer.alloc(0)],
    ['byte numbers', []],
  ]) {
    test(name, () => {
      for (const reader of [lambdaMsk, auto]) {
        for (const pair of [
          [empty, [...Buffer.from(ONE)]],
          [[...Buffer.from(ONE)], empty],
        ]) {
          assert.equal(reason({ headers: pair.map((traceparent) => ({ traceparent })) }, reader), 'multiple');
        }
        assert.equal(reason({ headers: [{ traceparent: empty }] }, reader), 'missing');
      }
    });
  }

  test('a header without a value is none', () => {
    for (const none of [undefined, null]) {
      const pairs = [
        ['traceparent', none],
        ['traceparent', ONE],
        ['traceparent', none],
      ];
      assert.equal(extract(pairs, headers).spanId, spanId(1));
    }
  });
});

describe('of a container with more headers than are looked at, nothing is believed', () => {
  const others = (count) => Array.from({ length: count }, (_, n) => [`k${n}`, '1']);
  const pairs = (count) => [['traceparent', ONE], ...others(count - 1)];
  class GetAndKeys {
    constructor(entries) {
      this.entries = entries;
    }
    *keys() {
      for (const [name] of this.entries) yield name;
    }
    get(wanted) {
      return this.entries.find(([name]) => name === wanted)?.[1];
    }
  }
  for (const [name, make] of [
    ['entries', (entries) => entries],
    ['a flat list', (entries) => entries.flat()],
    ['one-key objects', (entries) => entries.map((entry) => Object.fromEntries([entry]))],
    ['a Map', (entries) => new Map(entries)],
    ['a class', (entries) => new GetAndKeys(entries)],
  ]) {
    test(name, () => {
      for (const reader of [headers, auto]) {
        assert.equal(extract({ headers: make(pairs(MOST)) }, reader).spanId, spanId(1));
        assert.equal(reason({ headers: make([...pairs(MOST), ['Traceparent', TWO]]) }, reader), 'missing');
      }
    });
  }

  test('a list that is longer is not walked, whatever is in it', () => {
    const holes = (count) => [...Array(count).fill(null), ['traceparent', ONE]];
    assert.equal(extract({ headers: holes(2 * MOST - 1) }, headers).spanId, spanId(1));
    assert.equal(reason({ headers: holes(2 * MOST) }, headers), 'missing');
  });

  test('the names of an object end, and all are looked at', () => {
    for (const name of ['traceparent', 'Traceparent']) {
      const object = Object.fromEntries([...others(MOST), [name, ONE]]);
      assert.equal(extract(object, headers).spanId, spanId(1));
      object.TRACEPARENT = TWO;
      assert.equal(reason(object, headers), 'multiple');
    }
  });
});

describe('a class whose get gives one value of several', () => {
  const query = (...pairs) => ({ headers: new URLSearchParams(pairs) });

  test('URLSearchParams', () => {
    const lists = ['a=1', 'b=2'].map((list) => ['tracestate', list]);
    assert.equal(listOf(query(['traceparent', ONE], ...lists), headers), 'a=1,b=2');
    const many = Array.from({ length: 32 }, (_, n) => `k${n}=1`);
    const named = many.map((list) => ['tracestate', list]);
    assert.equal(listOf(query(['traceparent', ONE], ...named), headers), many.join(), 'each list once');
    assert.equal(listOf(query(lists[0], ['traceparent', ONE], ['Tracestate', 'c=3']), headers), 'a=1,c=3');
    assert.equal(reason(query(['traceparent', ONE], ['traceparent', TWO]), headers), 'multiple');
    assert.equal(reason(query(['traceparent', ONE], ['Traceparent', ONE]), headers), 'multiple');
  });

  test('keys that are there once', () => {
    const values = { traceparent: [ONE], tracestate: ['a=1', 'b=2'] };
    const message = {
      keys: () => Object.keys(values),
      get: (name) => values[name][0],
      getAll: (name) => values[name],
    };
    assert.equal(listOf(message, headers), 'a=1,b=2');
    values.traceparent.push(TWO);
    assert.equal(reason(message, headers), 'multiple');
  });

  test('Headers of Workers, whose getAll is for cookies alone', () => {
    class WorkersHeaders extends Headers {
      getAll() {
        throw new TypeError('getAll() can only be used with the header name "Set-Cookie".');
      }
    }
    const message = { headers: new WorkersHeaders({ traceparent: ONE, tracestate: 'a=1' }) };
    assert.equal(listOf(message, headers), 'a=1');
  });
});
