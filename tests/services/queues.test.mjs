// Cloudflare Queues in workerd, through miniflare: a Worker that produces, a Worker that consumes. The OpenTelemetry SDK
// of a Worker is its own affair; here the consumer answers with the links it would give to its span.
import { after, test } from 'node:test';
import assert from 'node:assert/strict';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { Miniflare } from 'miniflare';
import { parseTraceparent } from 'spanlink';
import { until } from './support/process.mjs';

const folder = path.dirname(fileURLToPath(import.meta.url));

const PRODUCER = `
import { injectEnvelope, parseTraceparent } from 'spanlink';
export default {
  async fetch(request, env) {
    const sender = parseTraceparent(request.headers.get('traceparent'));
    await env.ORDERS.send(injectEnvelope({ orderId: 'o1' }, sender));
    await env.ORDERS.send(JSON.stringify(injectEnvelope({ orderId: 'o2' }, sender)), { contentType: 'text' });
    const bytes = new TextEncoder().encode(JSON.stringify(injectEnvelope({ orderId: 'o3' }, sender)));
    await env.ORDERS.send(bytes, { contentType: 'bytes' });
    await env.ORDERS.send({ orderId: 'o4' });
    return new Response('sent');
  },
};
`;

const CONSUMER = `
import { extract } from 'spanlink';
import { auto, queueBody } from 'spanlink/carriers';
import { trace } from '@opentelemetry/api';
import { queue } from '../../examples-js/consumers/cloudflare-queues.mjs';
const seen = [];
trace.setGlobalTracerProvider({
  getTracer: () => ({
    startActiveSpan: (name, options, work) => {
      const span = { name, links: options.links, size: options.attributes['batch.size'] };
      seen.push(span);
      return work({ end: () => (span.ended = true) });
    },
  }),
});
const handler = queue((messages) => {
  seen.push({ readers: messages.map((message) => [queueBody, auto].map((each) => extract(message, each)?.spanId)) });
});
export default {
  queue: handler,
  fetch: () => Response.json(seen),
};
`;

/** One file of a Worker, with the package in it. */
async function bundled(contents) {
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: folder },
    bundle: true,
    format: 'esm',
    target: 'es2022',
    conditions: ['browser'],
    write: false,
    logLevel: 'error',
  });
  return outputFiles[0].text;
}

test('Cloudflare Queues in workerd', async () => {
  const compatibilityDate = '2025-07-01';
  const worker = async (name, contents, more) => ({
    name,
    modules: true,
    script: await bundled(contents),
    compatibilityDate,
    ...more,
  });
  const miniflare = new Miniflare({
    host: '127.0.0.1',
    workers: [
      await worker('producer', PRODUCER, { queueProducers: { ORDERS: 'orders' } }),
      await worker('consumer', CONSUMER, {
        queueConsumers: { orders: { maxBatchSize: 4, maxBatchTimeout: 1 } },
      }),
    ],
  });
  after(() => miniflare.dispose());
  const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
  const { spanId, traceId } = parseTraceparent(traceparent);
  const response = await miniflare.dispatchFetch('http://127.0.0.1/', { headers: { traceparent } });
  assert.equal(await response.text(), 'sent');
  const consumer = await miniflare.getWorker('consumer');
  const [span, { readers }] = await until('a batch', async () => {
    const seen = await (await consumer.fetch('http://127.0.0.1/')).json();
    return seen.length === 2 ? seen : undefined;
  });
  assert.equal(span.name, 'process orders');
  assert.equal(span.size, 4);
  assert.equal(span.ended, true);
  assert.equal(span.links.length, 1);
  assert.deepEqual(span.links[0].attributes, { 'link.message_count': 3 });
  assert.equal(span.links[0].context.traceId, traceId);
  // Of a message without a context, JSON makes null.
  assert.deepEqual(readers, [
    [spanId, spanId],
    [spanId, spanId],
    [spanId, spanId],
    [null, null],
  ]);
});
