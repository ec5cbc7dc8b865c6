// Writing a context: into every kind of carrier in its own form, over what was there, and where nothing can be written.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { TraceState, explain, extract, inject, injectEnvelope } from 'spanlink';
import { headers, queueBody } from 'spanlink/carriers';
import { context, spanId, traceparent } from './support/vectors.mjs';

const [ONE, OLD] = [traceparent(1), traceparent(2)];
const plain = context(1);
const listed = { ...plain, traceState: TraceState.parse('a=1') };
const isRefused = (cause) => (error) => {
  assert.equal(error.code, 'invalid_option');
  assert.match(error.message, /^`carrier` /);
  assert.equal(error.cause, cause ?? error.cause);
  return true;
};

/** What is written is the only context that a reader finds. */
function assertOnly(carrier, tracestate) {
  const { context: found, reason } = explain(carrier, headers);
  assert.equal(reason, undefined);
  assert.equal(found.spanId, spanId(1));
  assert.equal(found.traceState?.serialize(), tracestate);
}

describe('inject into a list keeps its form', () => {
  const one = { traceparent: ONE };
  for (const [name, list, expected] of [
    ['an empty list has entries', [], [['traceparent', ONE]]],
    [
      'entries',
      [
        ['x', '1'],
        ['TraceParent', OLD],
      ],
      [
        ['x', '1'],
        ['traceparent', ONE],
      ],
    ],
    ['a flat list', ['x', '1'], ['x', '1', 'traceparent', ONE]],
    [
      'a flat list with old ones',
      ['TraceParent', OLD, 'x', '1', 'Tracestate', 'o=1'],
      ['x', '1', 'traceparent', ONE],
    ],
    ['a flat list whose value is a name', ['x', 'traceparent'], ['x', 'traceparent', 'traceparent', ONE]],
    ['a flat list of bytes', [Buffer.from('TRACEPARENT'), Buffer.from(OLD)], ['traceparent', ONE]],
    ['one-key objects', [{ x: '1' }], [{ x: '1' }, one]],
    [
      'one-key objects with old ones',
      [{ TraceParent: OLD }, { x: '1' }, { TRACESTATE: 'o=1' }],
      [{ x: '1' }, one],
    ],
    ['nothing but an old one', [{ traceparent: OLD }], [one]],
    ['objects of several keys', [{ x: '1', Traceparent: OLD }, {}], [{ x: '1' }, {}, one]],
  ]) {
    test(name, () => {
      const before = list.slice();
      assert.equal(inject(plain, list), list);
      assert.deepEqual(list, expected);
      assertOnly(list, undefined);
      inject(listed, before);
      assertOnly(before, 'a=1');
      assert.equal(before.length > expected.length, true);
    });
  }

  for (const list of [
    ['x'],
    ['x', '1', 'y'],
    [null],
    [7],
    [['x', '1'], { y: '1' }],
    ['x', '1', 7, '1'],
    [undefined],
  ]) {
    test(`none of them: ${JSON.stringify(list)}`, () => {
      const before = list.slice();
      assert.throws(() => inject(plain, list), isRefused());
      assert.deepEqual(list, before);
    });
  }
});

describe('inject into a class that has set', () => {
  /** As gRPC's: names in lower case, no \`keys\`, no \`delete\`. */
  class Metadata {
    #values = new Map();
    set(key, value) {
      this.#values.set(key.toLowerCase(), value);
    }
    remove(key) {
      this.#values.delete(key.toLowerCase());
    }
    getMap() {
      return Object.fromEntries(this.#values);
    }
  }

  test('and remove', () => {
    const metadata = new Metadata();
    metadata.set('Traceparent', OLD);
    metadata.set('Tracestate', 'old=1');
    assert.equal(inject(plain, metadata), metadata);
    assert.deepEqual(metadata.getMap(), { traceparent: ONE });
    assert.deepEqual(Object.keys(metadata), []);
    inject(listed, metadata);
    assert.deepEqual(metadata.getMap(), { traceparent: ONE, tracestate: 'a=1' });
  });

  test('and nothing else', () => {
    const calls = [];
    class Response {
      set(...args) {
        calls.push(args);
      }
    }
    inject(listed, new Response());
    assert.deepEqual(calls, [
      ['traceparent', ONE],
      ['tracestate', 'a=1'],
    ]);
  });

  test('and keys, but no way to remove', () => {
    const values = new Map([['traceparent', OLD]]);
    inject(plain, { keys: () => values.keys(), set: (key, value) => values.set(key, value) });
    assert.deepEqual([...values], [['traceparent', ONE]]);
  });
});

describe('a carrier that cannot be written', () => {
  for (const [name, carrier] of [
    ['a frozen object', Object.freeze({})],
    ['a sealed one', Object.seal({ x: '1' })],
    ['a frozen list', Object.freeze([])],
    ['a frozen list of headers', Object.freeze([['traceparent', OLD]])],
    ['a header that is not writable', Object.defineProperty({}, 'traceparent', { value: OLD })],
    ['Headers that are immutable', Response.error().headers],
    ['bytes', new Uint8Array(64)],
    ['other numbers', new Uint16Array(64)],
    ['an ArrayBuffer', new ArrayBuffer(64)],
    ['a DataView', new DataView(new ArrayBuffer(64))],
    ['text', 'x'],
    ['null', null],
    ['a function', () => {}],
  ]) {
    test(name, () => assert.throws(() => inject(listed, carrier), isRefused()));
  }

  test('what its own set throws is the cause', () => {
    const cause = new Error('closed');
    const set = () => {
      throw cause;
    };
    for (const carrier of [{ set }, { set, delete: set, keys: () => [] }]) {
      assert.throws(() => inject(plain, carrier), isRefused(cause));
    }
  });
});

describe('what is inherited', () => {
  test('is hidden, where it is a header of the same name', () => {
    for (const old of [
      { tracestate: 'old=1' },
      { TraceState: 'old=1' },
      { traceparent: OLD },
      { Traceparent: OLD, TRACESTATE: 'old=1' },
      Object.freeze({ traceparent: OLD, tracestate: 'old=1' }),
    ]) {
      const carrier = Object.create(old);
      assertOnly(inject(plain, carrier), undefined);
      assert.deepEqual({ ...carrier }, { traceparent: ONE });
      assertOnly(inject(listed, carrier), 'a=1');
      assert.deepEqual({ ...carrier }, { traceparent: ONE, tracestate: 'a=1' });
      assertOnly(inject(plain, carrier), undefined);
    }
  });

  test('other headers stay', () => {
    const carrier = inject(plain, Object.create({ x: '1' }));
    assert.equal(carrier.x, '1');
  });
});

describe('injectEnvelope', () => {
  const written = { traceparent: ONE };

  test('what cannot be written is copied', () => {
    const sealed = { metadata: Object.preventExtensions({ a: 1 }) };
    assert.equal(injectEnvelope(sealed, plain), sealed);
    assert.deepEqual(sealed, { metadata: { a: 1, ...written } });
    for (const body of [
      {
        id: 1,
        get metadata() {
          return undefined;
        },
      },
      Object.defineProperty({ id: 1 }, 'metadata', { value: undefined, enumerable: true }),
      Object.defineProperty({ id: 1 }, 'metadata', { value: Object.freeze({}), enumerable: true }),
      Object.preventExtensions({ id: 1 }),
      Object.freeze({ id: 1 }),
      Object.freeze({ id: 1, traceparent: OLD }),
    ]) {
      const copy = injectEnvelope(body, plain);
      assert.notEqual(copy, body);
      assert.deepEqual(copy, { id: 1, metadata: written });
    }
  });

  test('bytes are left alone', () => {
    for (const body of [
      new ArrayBuffer(4),
      new DataView(new ArrayBuffer(4)),
      new Uint16Array(4),
      new SharedArrayBuffer(4),
    ]) {
      assert.equal(injectEnvelope(body, plain), body);
      assert.equal('metadata' in body, false);
      const outer = { metadata: body };
      assert.equal(injectEnvelope(outer, plain), outer);
      assert.deepEqual(outer, { metadata: body });
    }
  });

  test('a Map and a Set are left alone: JSON has nothing of them', () => {
    for (const body of [new Map(), new Set()]) {
      assert.equal(injectEnvelope(body, plain), body);
      assert.equal('metadata' in body, false);
      assert.deepEqual(injectEnvelope({ metadata: body }, plain), { metadata: body });
    }
  });

  test('an event that is published again has the new context alone', () => {
    const old = { id: 1, traceparent: OLD, Tracestate: 'old=1' };
    for (const body of [
      { ...old },
      Object.freeze({ ...old }),
      { ...old, metadata: { tracestate: 'old=2' } },
    ]) {
      const sent = injectEnvelope(body, plain);
      assert.deepEqual(sent, { id: 1, metadata: written });
      assert.equal(extract({ body: JSON.stringify(sent) }, queueBody).spanId, spanId(1));
    }
    const event = { specversion: '1.0', traceparent: OLD };
    assert.equal(extract(injectEnvelope(Object.create(event), plain), queueBody).spanId, spanId(1));
  });

  test('a body that is returned as it is keeps its own', () => {
    const body = { traceparent: OLD, metadata: 'mine' };
    assert.deepEqual(injectEnvelope(body, plain), { traceparent: OLD, metadata: 'mine' });
  });
});
