// The tables of traceparent and tracestate, through the exports that read them.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { SpanlinkError, TraceState, explain, extract, formatTraceparent, parseTraceparent } from 'spanlink';
import { headers } from 'spanlink/carriers';
import { containers } from './support/containers.mjs';
import { flat, textOrBytes, title, traceparent, vectors } from './support/vectors.mjs';

const remote = ({ traceState, ...expected }) => ({ ...expected, isRemote: true, traceState });

const hasCode = (code) => (error) => {
  assert.ok(error instanceof SpanlinkError, `a SpanlinkError, not ${error}`);
  assert.equal(error.code, code);
  return true;
};

function assertTraceparent(value, expected) {
  const parsed = parseTraceparent(value);
  for (const reader of [undefined, headers]) {
    const explained = explain({ traceparent: value }, reader);
    if (expected.reason) {
      assert.deepEqual(explained, { context: undefined, reason: expected.reason });
      assert.equal(extract({ traceparent: value }, reader), undefined);
    } else {
      assert.deepEqual(flat(explained.context), remote(expected));
      assert.deepEqual(Object.keys(explained), ['context']);
      assert.deepEqual(flat(extract({ traceparent: value }, reader)), remote(expected));
    }
  }
  if (expected.reason) assert.equal(parsed, undefined);
  else assert.deepEqual(flat(parsed), remote(expected));
}

describe('traceparent', () => {
  for (const row of vectors('traceparent.json')) {
    test(title(row), () => {
      assertTraceparent(textOrBytes(row.input), row.expected);
      // Text and its UTF-8 bytes are one value.
      if (typeof row.input === 'string') assertTraceparent(new TextEncoder().encode(row.input), row.expected);
    });
  }
});

describe('tracestate', () => {
  for (const row of vectors('tracestate.json')) {
    test(title(row), () => {
      const expected = row.expected ?? undefined;
      const state = TraceState.parse(row.input);
      assert.equal(state?.serialize(), expected);
      const context = extract({ traceparent: traceparent(1), tracestate: row.input });
      assert.deepEqual(flat(context), { ...flat(parseTraceparent(traceparent(1))), traceState: expected });
      if (state === undefined) return;
      assert.ok(state instanceof TraceState);
      assert.ok(context.traceState instanceof TraceState);
      assert.equal(JSON.parse(JSON.stringify({ state })).state, expected);
      assert.equal(TraceState.parse(state.serialize()).serialize(), expected);
      for (const member of expected.split(',')) {
        const at = member.indexOf('=');
        assert.equal(state.get(member.slice(0, at)), member.slice(at + 1));
      }
    });
  }
});

describe('tracestate get', () => {
  for (const row of vectors('tracestate-get.json')) {
    test(title(row), () => {
      assert.equal(TraceState.parse(row.header).get(row.get), row.expected ?? undefined);
    });
  }
});

describe('tracestate edits', () => {
  for (const row of vectors('tracestate-edit.json')) {
    test(title(row), () => {
      const before = TraceState.parse(row.header);
      const text = before.serialize();
      const after = row.edits.reduce((state, [edit, ...args]) => state[edit](...args), before);
      assert.equal(after.serialize(), row.expected);
      assert.ok(after instanceof TraceState);
      assert.equal(before.serialize(), text, 'the one edited stays as it was');
      for (const [edit, key, value] of row.edits.slice(-1)) {
        if (edit === 'unset') assert.equal(after.get(key), undefined);
        else if (row.expected.startsWith(`${key}=${value}`)) assert.equal(after.get(key), value);
      }
    });
  }
});

describe('formatTraceparent', () => {
  for (const row of vectors('format.json')) {
    test(title(row), () => {
      if (row.expected.error) {
        assert.throws(() => formatTraceparent(row.context), hasCode(row.expected.error));
        return;
      }
      assert.equal(formatTraceparent(row.context), row.expected);
      const { traceId, spanId, traceFlags } = row.context;
      const back = { traceId, spanId, traceFlags: traceFlags & 3, isRemote: true, traceState: undefined };
      assert.deepEqual(flat(parseTraceparent(row.expected)), back);
    });
  }
});

describe('headers', () => {
  for (const row of vectors('headers.json')) {
    test(title(row), () => {
      for (const [name, container] of containers(row.headers)) {
        const found = explain(container, headers);
        if (row.expected.reason) {
          assert.deepEqual(found, { context: undefined, reason: row.expected.reason }, name);
          assert.equal(extract(container, headers), undefined, name);
        } else {
          assert.ok(found.context, `${name}: ${found.reason}`);
          assert.deepEqual(flat(found.context), remote({ traceState: undefined, ...row.expected }), name);
          assert.deepEqual(flat(extract(container, headers)), flat(found.context), name);
        }
      }
    });
  }
});
