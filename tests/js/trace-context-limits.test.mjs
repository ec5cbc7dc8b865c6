// What JSON cannot hold: values too long for a table, ill-formed text, numbers that are none; and `inject`.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import vm from 'node:vm';
import {
  SpanlinkError,
  TraceState,
  explain,
  extract,
  formatTraceparent,
  inject,
  parseTraceparent,
} from 'spanlink';
import { context, flat, spanId, traceId, traceparent } from './support/vectors.mjs';

const later = `01-${traceId(1)}-${spanId(1)}-01-`;
const reason = (value) => explain({ traceparent: value }).reason;
const invalidContext = (error) => error instanceof SpanlinkError && error.code === 'invalid_span_context';

describe('traceparent', () => {
  const longest = later + 'x'.repeat(65536 - later.length);

  test('the longest value', () => {
    assert.equal(parseTraceparent(longest)?.traceId, traceId(1));
    assert.equal(parseTraceparent(new TextEncoder().encode(longest))?.traceId, traceId(1));
  });

  for (const [name, value] of [
    ['one character more than the longest', `${longest}x`],
    ['ten million characters', later + 'x'.repeat(1e7)],
    ['ten million spaces after a good value', traceparent(1) + ' '.repeat(1e7)],
  ]) {
    test(name, () => {
      assert.equal(parseTraceparent(value), undefined);
      assert.equal(reason(value), 'bad_length');
      assert.equal(reason(Buffer.from(value)), 'bad_length');
    });
  }

  test('bytes of another realm', () => {
    const bytes = vm.runInNewContext(`Uint8Array.of(${[...Buffer.from(traceparent(1))]})`);
    assert.ok(!(bytes instanceof Uint8Array));
    assert.equal(parseTraceparent(bytes)?.traceId, traceId(1));
  });

  test('sixty thousand spaces before a good value', () => {
    assert.equal(parseTraceparent(' '.repeat(60000) + traceparent(1))?.traceId, traceId(1));
  });

  for (const [name, value] of [
    ['a lone high surrogate at the end', `${traceparent(1).slice(0, 54)}\ud83d`],
    ['a lone low surrogate at the start', `\ude00${traceparent(1).slice(1)}`],
    ['surrogates in the wrong order', `${later}\ude00\ud83d`],
    ['a lone surrogate alone', '\ud800'],
    [
      'numbers that are bytes but for a multiple of 256',
      Array.from(Buffer.from(traceparent(1)), (x) => x + 256),
    ],
    ['a list in a list', [[traceparent(1)]]],
  ]) {
    test(name, () => {
      assert.equal(parseTraceparent(value), undefined);
      assert.equal(reason(value), 'not_text');
    });
  }

  for (const value of [
    undefined,
    null,
    7,
    7n,
    true,
    {},
    [],
    Symbol('x'),
    () => traceparent(1),
    new Date(0),
  ]) {
    test(`${typeof value} ${String(value)} is no value to parse`, () => {
      assert.equal(parseTraceparent(value), undefined);
    });
  }

  test('a String object and an object with toString are not text', () => {
    assert.equal(parseTraceparent({ toString: () => traceparent(1) }), undefined);
    assert.equal(parseTraceparent(Object(traceparent(1))), undefined);
  });

  test('a byte number is a whole number from -128 to 255', () => {
    const bytes = [...Buffer.from(`${later}x`)];
    assert.equal(parseTraceparent(bytes)?.traceId, traceId(1));
    for (const byte of [
      -1,
      -128,
      128,
      255,
      -129,
      256,
      120 + 256,
      120 - 256,
      120.5,
      NaN,
      '120',
      null,
      undefined,
    ]) {
      assert.equal(reason([...bytes.slice(0, -1), byte]), 'not_text', String(byte));
    }
  });

  test('a view on part of a buffer is read from its own first byte to its own last', () => {
    const whole = Buffer.from(`xx${traceparent(3)}yy`);
    assert.equal(parseTraceparent(whole.subarray(2, 57))?.traceId, traceId(3));
    assert.equal(parseTraceparent(whole), undefined);
  });
});

describe('TraceState', () => {
  for (const value of [undefined, null, 7, {}, Symbol('x'), [7], [null], ['a=1', 7]]) {
    test(`${typeof value} ${JSON.stringify(value)} is no header`, () => {
      assert.equal(TraceState.parse(value), undefined);
    });
  }

  test('a lone surrogate is not printable', () => {
    assert.equal(TraceState.parse('a=\ud800'), undefined);
    assert.equal(TraceState.parse('a=1').set('b', '\udfff').serialize(), 'a=1');
  });

  test('empty members, up to the longest list and beyond it', () => {
    const longest = `${','.repeat(65_533)}a=1`;
    assert.equal(TraceState.parse(longest).serialize(), 'a=1');
    for (const tooLong of [`,${longest}`, ','.repeat(1e7) + longest, [longest, 'b=2']]) {
      assert.equal(TraceState.parse(tooLong), undefined);
    }
  });

  test('keys and values of another type leave it unchanged', () => {
    const state = TraceState.parse('a=1');
    for (const other of [undefined, null, 7, {}, Symbol('x'), ['b']]) {
      assert.equal(state.set(other, '1').serialize(), 'a=1');
      assert.equal(state.set('b', other).serialize(), 'a=1');
      assert.equal(state.unset(other).serialize(), 'a=1');
      assert.equal(state.get(other), undefined);
    }
  });
});

describe('formatTraceparent', () => {
  for (const traceFlags of [NaN, Infinity, -Infinity, 1n, Symbol('1'), undefined, () => 1]) {
    test(`flags ${String(traceFlags)}`, () => {
      assert.throws(() => formatTraceparent({ ...context(1), traceFlags }), invalidContext);
    });
  }

  test('minus zero is no flag', () => {
    assert.equal(formatTraceparent({ ...context(1), traceFlags: -0 }), traceparent(1, 0));
  });

  test('an id that is a String object', () => {
    assert.throws(() => formatTraceparent({ ...context(1), traceId: Object(traceId(1)) }), invalidContext);
  });

  for (const id of ['\ud800'.repeat(32), 'a'.repeat(1e7)]) {
    test(`a trace id of ${id.length} ${id < 'b' ? 'letters' : 'lone surrogates'}`, () => {
      assert.throws(
        () => formatTraceparent({ ...context(1), traceId: id }),
        (error) => invalidContext(error) && error.message.length < 1000,
      );
    });
  }
});

describe('inject', () => {
  const traceState = TraceState.parse('a=1,b= 2');

  test('into nothing: a new object', () => {
    assert.deepEqual(inject({ ...context(1), traceState }), {
      traceparent: traceparent(1),
      tracestate: 'a=1,b= 2',
    });
  });

  test('into an object: the same one, its other headers as they were', () => {
    const carrier = { other: 'x' };
    assert.equal(inject(context(2, 0), carrier), carrier);
    assert.deepEqual(carrier, { other: 'x', traceparent: traceparent(2, 0) });
  });

  test('without trace state, and with an empty one: no tracestate', () => {
    assert.deepEqual(inject(context(1)), { traceparent: traceparent(1) });
    const empty = TraceState.parse('a=1').unset('a');
    assert.deepEqual(inject({ ...context(1), traceState: empty }), { traceparent: traceparent(1) });
  });

  test('through a setter', () => {
    const calls = [];
    const carrier = {};
    const setter = (...args) => calls.push(args);
    assert.equal(inject({ ...context(1), traceState }, carrier, setter), carrier);
    assert.deepEqual(calls, [
      [carrier, 'traceparent', traceparent(1)],
      [carrier, 'tracestate', 'a=1,b= 2'],
    ]);
    assert.deepEqual(carrier, {});
  });

  test('what a setter throws reaches the caller', () => {
    const thrown = new Error('read-only');
    const setter = () => {
      throw thrown;
    };
    assert.throws(
      () => inject(context(1), {}, setter),
      (error) => error === thrown,
    );
    assert.deepEqual(inject(context(1)), { traceparent: traceparent(1) });
  });

  test('what is injected is extracted', () => {
    const back = extract(inject({ ...context(5, 3), traceState }));
    assert.deepEqual(flat(back), { ...context(5, 3), isRemote: true, traceState: 'a=1,b= 2' });
  });

  test('flags are masked and written as two digits', () => {
    assert.deepEqual(inject(context(1, 0xff)), { traceparent: traceparent(1, 3) });
  });

  for (const bad of [
    undefined,
    null,
    {},
    { ...context(1), spanId: 'x' },
    { ...context(1), traceFlags: 256 },
  ]) {
    test(`not a context: ${JSON.stringify(bad)}`, () => {
      const carrier = {};
      assert.throws(() => inject(bad, carrier), invalidContext);
      assert.deepEqual(carrier, {});
    });
  }
});
