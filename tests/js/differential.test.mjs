// The same input through @opentelemetry/core and through spanlink. Where they differ, tests/vectors/divergences.json
// says so and why; a difference that is not listed fails, and so does one that is listed and never seen.
import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { ROOT_CONTEXT, defaultTextMapGetter, defaultTextMapSetter, trace } from '@opentelemetry/api';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import fc from 'fast-check';
import { TraceState, extract, inject } from 'spanlink';
import { headers as reader } from 'spanlink/carriers';
import { hex, nearlyValid, valid } from './support/arbitraries.mjs';
import { read } from './support/core-reads.mjs';
import { flat, title, traceparent, vectors } from './support/vectors.mjs';

const propagator = new W3CTraceContextPropagator();
const listed = vectors('divergences.json');
const seen = { extract: new Set(), inject: new Set() };

/** What can be compared of a context; an empty list is none. */
const comparable = (context) =>
  context && { ...flat(context), traceState: flat(context).traceState || undefined };

const theirs = (headers) =>
  comparable(trace.getSpanContext(propagator.extract(ROOT_CONTEXT, headers, defaultTextMapGetter)));
const ours = (headers) => comparable(extract(headers, reader));

/** Asserts that core reads what it is known to read, and notes which divergences made a difference. */
function compare(headers) {
  const their = theirs(headers);
  const our = ours(headers);
  const known = read(headers);
  const explained = ours(known.headers);
  if (their && explained && their.traceFlags !== explained.traceFlags) {
    assert.equal(their.traceFlags & 3, explained.traceFlags);
    explained.traceFlags = their.traceFlags;
    known.names.add('undefined flags');
  }
  const told = JSON.stringify(headers);
  assert.deepEqual(their, explained, `a divergence that is not listed: ${told}`);
  try {
    assert.deepEqual(their, our);
  } catch {
    assert.ok(known.names.size > 0, `a divergence without a name: ${told}`);
    known.names.forEach((name) => seen.extract.add(name));
  }
}

// The propagator takes text alone: bytes are given as what they stand for.
const text = (field) => (field?.bytes ? Buffer.from(field.bytes).toString('latin1') : field);
const texts = (field) => (Array.isArray(field) ? field.map(text) : text(field));
const named = (pairs, name) => {
  const values = pairs.filter(([key]) => key.toLowerCase() === name).map(([, value]) => text(value));
  return values.length > 1 ? values : values[0];
};

describe('core extracts what spanlink does, but for what is listed', () => {
  const tables = {
    'traceparent.json': (row) => ({ traceparent: text(row.input) }),
    'tracestate.json': (row) => ({ traceparent: traceparent(1), tracestate: texts(row.input) }),
    'headers.json': ({ headers }) => ({
      traceparent: named(headers, 'traceparent'),
      tracestate: named(headers, 'tracestate'),
    }),
  };
  for (const [file, headersOf] of Object.entries(tables)) {
    const rows = vectors(file);
    test(`${rows.length} rows of ${file}`, () => rows.forEach((row) => compare(headersOf(row))));
  }

  const space = fc.constantFrom('', '', '', ' ', '\t', '  ', '\u00a0', '\v', '\n', ' \u00a0');
  const suffix = fc.constantFrom('', '', '-', '-x', '-\u00e9', '-a\nb', 'x', '-x  ');
  const around = fc
    .tuple(space, fc.constantFrom('00', '00', '01', 'cc', 'ff'), valid, suffix, space)
    .map(([before, version, value, more, behind]) => before + version + value.slice(2) + more + behind);
  const single = fc.oneof(valid, nearlyValid, around);
  const header = fc.oneof(single, fc.array(single, { maxLength: 2 }), fc.constant(undefined));
  const key = fc.oneof(
    fc.stringMatching(/^[a-z][a-z0-9_*/-]{0,8}$/),
    fc.stringMatching(/^[a-z0-9@][a-z0-9_*/@-]{0,8}$/),
    fc.constantFrom('a', 'b', 'A', '', 'k'.repeat(256), 'k'.repeat(257)),
  );
  const content = fc.oneof(
    fc.stringMatching(/^[ -~]{0,12}$/),
    fc.constantFrom('', ' ', '1', 'v'.repeat(256), 'v'.repeat(257), '\u00e9'),
  );
  const member = fc
    .tuple(space, key, fc.constantFrom('=', '=', '=', ''), content, space)
    .map((parts) => parts.join(''));
  const list = fc.oneof(
    { weight: 4, arbitrary: fc.array(member, { maxLength: 6 }).map((members) => members.join(',')) },
    {
      weight: 1,
      arbitrary: fc.nat(35).map((n) => Array.from({ length: n }, (_, i) => `k${i}=${i}`).join(',')),
    },
  );
  const lists = fc.oneof(list, fc.array(list, { maxLength: 3 }), fc.constant(undefined));
  const both = fc.record({
    traceparent: fc.oneof({ weight: 3, arbitrary: valid }, header),
    tracestate: lists,
  });

  for (const [how, options] of Object.entries({ 'always the same': { seed: 1 }, 'ever new': {} })) {
    test(`generated traceparents, ${how}`, () => {
      const property = fc.property(header, (value) => compare({ traceparent: value }));
      fc.assert(property, { numRuns: 5000, ...options });
    });
    test(`generated headers, ${how}`, () => {
      fc.assert(fc.property(both, compare), { numRuns: 5000, ...options });
    });
  }
});

const theirInjection = (context) => {
  const carrier = {};
  propagator.inject(trace.setSpanContext(ROOT_CONTEXT, context), carrier, defaultTextMapSetter);
  return carrier;
};

/** What spanlink writes; `undefined` where it refuses. */
function ourInjection(context) {
  try {
    return inject(context);
  } catch (error) {
    assert.equal(error.code, 'invalid_span_context');
    return undefined;
  }
}

/** The name of the divergence in what both wrote. */
function injectionName(context, their, our) {
  const { traceFlags } = context ?? {};
  if (our === undefined && Object.keys(their).length === 0) return 'silence';
  if (our === undefined && /[A-F]/.test(`${context.traceId}${context.spanId}`)) return 'upper case';
  if (our === undefined && !(Number.isInteger(traceFlags) && traceFlags >= 0 && traceFlags <= 255)) {
    return 'flags that are none';
  }
  if (our && their.traceparent.slice(0, 53) === our.traceparent.slice(0, 53) && (traceFlags & ~3) !== 0) {
    assert.equal(their.tracestate, our.tracestate);
    return 'undefined flags';
  }
  return undefined;
}

function compareInjection(context) {
  const their = theirInjection(context);
  const our = ourInjection(context);
  try {
    assert.deepEqual(their, our);
  } catch {
    const name = injectionName(context, their, our);
    assert.ok(name, `a divergence that is not listed: ${JSON.stringify({ context, their, our })}`);
    seen.inject.add(name);
  }
}

describe('core injects what spanlink does, but for what is listed', () => {
  const rows = vectors('format.json');
  for (const row of rows) test(title(row), () => compareInjection(row.context));

  test('generated contexts', () => {
    const traceState = fc.option(
      fc.constantFrom('a=1', 'a=1,b=2').map((header) => TraceState.parse(header)),
      { nil: undefined },
    );
    const context = fc.record({ traceId: hex(32), spanId: hex(16), traceFlags: fc.nat(300), traceState });
    fc.assert(fc.property(context, compareInjection), { numRuns: 2000 });
  });
});

after(() => {
  const names = (peer) => listed[peer].map((each) => each.name).sort();
  assert.deepEqual([...seen.extract].sort(), names('@opentelemetry/core'));
  assert.deepEqual([...seen.inject].sort(), names('@opentelemetry/core inject'));
});
