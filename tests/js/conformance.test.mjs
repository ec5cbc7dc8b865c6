// Trace context handed on by a real service over HTTP, in each form in which Node gives the headers of a request.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { FORMS, listen, send, startService } from './support/trace-context-service.mjs';
import { title, vectors } from './support/vectors.mjs';

const TRACEPARENT = /^00-([0-9a-f]{32})-([0-9a-f]{16})-(0[0-3])$/;

let service;
let receiver;
let received = [];

before(async () => {
  service = await startService();
  receiver = await listen((request) => {
    received.push(request.headersDistinct);
    return '';
  });
});

after(() => {
  service.close();
  receiver.close();
});

/** What the service hands on to so many calls of a request with these headers. */
async function handOn(form, headers, calls = 1) {
  received = [];
  const body = JSON.stringify(Array.from({ length: calls }, () => receiver.url));
  assert.equal(await send(`${service.url}/${form}`, headers, body), 'done');
  assert.equal(received.length, calls);
  return received.map(({ traceparent, tracestate }) => {
    assert.equal(traceparent?.length, 1, 'one traceparent');
    assert.ok(tracestate === undefined || tracestate.length === 1, 'one tracestate at the most');
    const [, traceId, spanId, flags] = traceparent[0].match(TRACEPARENT) ?? [];
    assert.ok(traceId, `a traceparent of version 00, not ${traceparent[0]}`);
    return { traceId, spanId, traceFlags: Number.parseInt(flags, 16), tracestate: tracestate?.[0] };
  });
}

/** Every id that a request names: what is handed on as new must be none of them. */
const named = (headers) => headers.map(([, value]) => value).join(' ');

for (const form of Object.keys(FORMS)) {
  describe(`a service that reads ${form}`, () => {
    for (const row of vectors('conformance.json')) {
      test(title(row), async () => {
        const [{ spanId, ...context }] = await handOn(form, row.headers);
        assert.ok(!named(row.headers).includes(spanId), 'a parent id of its own');
        if (row.expected.newTrace) {
          assert.ok(!named(row.headers).includes(context.traceId), 'a trace of its own');
          assert.equal(context.tracestate, undefined, 'no tracestate without its traceparent');
        } else {
          assert.deepEqual(context, { tracestate: undefined, ...row.expected });
        }
      });
    }

    test('each call gets a parent id of its own, and all the same trace', async () => {
      const trace = '0af7651916cd43dd8448eb211c80319c';
      const calls = await handOn(form, [['traceparent', `00-${trace}-b7ad6b7169203331-01`]], 5);
      assert.deepEqual(new Set(calls.map(({ traceId }) => traceId)), new Set([trace]));
      assert.equal(new Set(calls.map(({ spanId }) => spanId)).size, 5);
    });
  });
}
