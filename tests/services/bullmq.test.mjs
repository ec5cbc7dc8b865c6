import { after, test } from 'node:test';
import { SpanKind } from '@opentelemetry/api';
import { Queue, Worker } from 'bullmq';
import { BullMQOtel } from 'bullmq-otel';
import { processor } from '../../examples-js/consumers/bullmq.mjs';
import { assertBare, assertRead } from './support/proof.mjs';
import { redis } from './support/servers.mjs';
import { assertLinked, instrumented } from './support/tracing.mjs';
import { until } from './support/process.mjs';

test('BullMQ with bullmq-otel', async () => {
  const connection = { host: '127.0.0.1', port: await redis() };
  const traced = new Queue('orders', { connection, telemetry: new BullMQOtel({ tracerName: 'orders' }) });
  const plain = new Queue('orders', { connection });
  const sent = await instrumented(() => traced.add('order', { id: 1 }), SpanKind.PRODUCER);
  await plain.add('order', { id: 2 });
  const jobs = new Map();
  const handle = processor((job) => void jobs.set(job.data.id, job));
  const worker = new Worker('orders', handle, { connection });
  after(() => Promise.all([worker.close(true), traced.close(), plain.close()]));
  await until('two jobs', () => jobs.size === 2);
  assertRead(jobs.get(1), 'bullmq', sent.at(-1));
  assertBare(jobs.get(2), 'bullmq');
  await assertLinked([sent.at(-1)], 'process order');
});
