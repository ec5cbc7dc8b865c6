// Calls whose answers are known: made after each hostile one, they show that nothing was left broken behind.
import assert from 'node:assert/strict';
import {
  FanIn,
  SpanlinkError,
  TraceState,
  extract,
  formatTraceparent,
  linkBatch,
  parseTraceparent,
} from 'spanlink';
import { flat, spanId, traceparent } from './vectors.mjs';

const CODES = new Set([
  'invalid_definition',
  'invalid_option',
  'invalid_span_context',
  'invalid_snapshot',
  'snapshot_mismatch',
  'freed',
  'store_unavailable',
  'store_corrupt',
]);

export const isDocumented = (error) =>
  error instanceof SpanlinkError &&
  error instanceof Error &&
  CODES.has(error.code) &&
  error.message.length > 0 &&
  error.message.length < 2000;

const event = (n, flags) => ({ headers: { traceparent: traceparent(n, flags), tracestate: `v=${n}` } });
const batch = [event(1), {}, event(2, 0), event(1), { headers: { traceparent: 'x' } }];
const context = { ...flat(extract(event(7))), traceState: undefined };

// Lives as long as the tests do, with a join that stays open throughout.
const definition = { name: 'known-good', slots: { b: {}, a: {} }, timeoutMs: 1000 };
const fanIn = new FanIn(definition, { now: () => 0 });
fanIn.offer('always open', 'a', event(8));
let key = 0;

export function assertStillGood(after) {
  assert.deepEqual(flat(extract(event(7))), { ...context, traceState: 'v=7' }, after);
  assert.equal(parseTraceparent('00-xyz'), undefined, after);
  assert.equal(formatTraceparent(context), traceparent(7), after);
  assert.equal(TraceState.parse('a=1,b=2').set('b', '3').serialize(), 'b=3,a=1', after);

  const { links, report } = linkBatch(batch);
  assert.deepEqual(
    links.map((link) => link.context.spanId),
    [spanId(1), spanId(2)],
    after,
  );
  assert.deepEqual([report.linked, report.duplicates, report.missing, report.malformed], [2, 1, 1, 1], after);

  key += 1;
  assert.equal(fanIn.offer(`good ${key}`, 'a', event(3)).status, 'pending', after);
  const outcome = fanIn.offer(`good ${key}`, 'b', event(4));
  assert.equal(outcome.status, 'complete', after);
  assert.deepEqual(
    outcome.links.map((link) => link.context.spanId),
    [spanId(4), spanId(3)],
    after,
  );
  assert.ok(fanIn.forget(`good ${key}`), after);
  assert.deepEqual(fanIn.inspect('always open'), { arrived: ['a'], missing: ['b'], deadline: 1000 }, after);
}
