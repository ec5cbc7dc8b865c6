import { after, test } from 'node:test';
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { AmqplibInstrumentation } from '@opentelemetry/instrumentation-amqplib';
import { consume } from '../../examples-js/consumers/rabbitmq.mjs';
import { until } from './support/process.mjs';
import { assertBare, assertRead } from './support/proof.mjs';
import { rabbitmq } from './support/servers.mjs';
import { assertLinked, instrument, instrumented, produce, uninstrumented } from './support/tracing.mjs';

instrument(new AmqplibInstrumentation());
// Only what is required after that is instrumented.
const amqplib = createRequire(import.meta.url)('amqplib');

const connection = await amqplib.connect(await rabbitmq());
after(() => connection.close().catch(() => {}));

test('RabbitMQ with amqplib and its instrumentation', async () => {
  const channel = await connection.createConfirmChannel();
  await channel.assertQueue('orders');
  const sent = [];
  for (const headers of [undefined, { tenant: 't' }]) {
    const made = await instrumented(async () => {
      channel.sendToQueue('orders', Buffer.from('{}'), { headers });
      await channel.waitForConfirms();
    });
    sent.push(...made);
  }
  assert.equal(sent.length, 2);

  let messages;
  const consumer = await connection.createChannel();
  await consume(consumer, 'orders', 2, (batch) => (messages = batch));
  await until('a batch', () => messages);
  sent.forEach((context, index) => assertRead(messages[index], 'rabbitmq', context));
  await assertLinked(sent);
  await consumer.close();
  assert.equal((await channel.checkQueue('orders')).messageCount, 0, 'acknowledged');
});

test('RabbitMQ with headers of every kind', async () => {
  const channel = await connection.createChannel();
  await channel.assertQueue('mixed');
  const receive = () => until('the message', () => channel.get('mixed', { noAck: true }));
  // The instrumentation would write headers of its own.
  const sent = await produce((headers) =>
    uninstrumented(() => {
      const bytes = Object.fromEntries(
        Object.entries(headers).map(([name, text]) => [name, Buffer.from(text)]),
      );
      const options = { headers: { ...bytes, retries: 3, nested: { a: [1, true] } } };
      channel.sendToQueue('mixed', Buffer.from('{}'), options);
    }),
  );
  const message = await receive();
  assert.ok(Buffer.isBuffer(message.properties.headers.traceparent));
  assertRead(message, 'rabbitmq', sent);
  assertBare({ ...message, properties: { ...message.properties, headers: {} } }, 'rabbitmq');
});
