// The playground's join, without its page: that runs in tests/packages.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { newJoin } from '../../examples-js/playground/join.mjs';

const skip = globalThis.crypto === undefined && 'Node 18 has no global crypto; run it in Node 20 or later';
const spansOf = (events) => events.map(({ context }) => context.spanId);

test('after a join that is forgotten comes another, with events and a span of its own', { skip }, () => {
  const join = newJoin(['a', 'b'], 10_000);
  const { state } = join;
  join.offer('a');
  join.forward(10_000);
  join.expire();
  const first = state.span;
  assert.equal(first.name, 'give up');
  join.forward(10_000);
  join.offer('b');
  assert.equal(state.span, undefined);
  assert.deepEqual([state.status, state.links, state.events.length], ['pending', [], 1]);
  join.offer('a');
  assert.equal(state.span.name, 'fulfil');
  assert.notEqual(state.span.context.spanId, first.context.spanId);
  const linked = state.links.map(({ context }) => context.spanId);
  assert.deepEqual(linked.sort(), spansOf(state.events).sort());
  join.free();
});

test('an event that is delivered again leaves its join and the span as they are', { skip }, () => {
  const join = newJoin(['a'], 10_000);
  const { state } = join;
  join.offer('a');
  const { span, events } = state;
  join.redeliver();
  assert.match(state.last, /redelivered$/);
  assert.equal(state.span, span);
  assert.equal(state.events, events);
  join.free();
});
