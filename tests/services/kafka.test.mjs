// Kafka clients on librdkafka's mock cluster: the protocol is real, the broker is not.
import { after, describe, test } from 'node:test';
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { KafkaJsInstrumentation } from '@opentelemetry/instrumentation-kafkajs';
import { consume as consumeBatches } from '../../examples-js/consumers/kafkajs.mjs';
import { consume as consumeMessages } from '../../examples-js/consumers/kafkajs-each-message.mjs';
import { until } from './support/process.mjs';
import { assertBare, assertRead } from './support/proof.mjs';
import { kafkaMock } from './support/servers.mjs';
import { assertLinked, instrument, instrumented } from './support/tracing.mjs';

instrument(new KafkaJsInstrumentation());
// Only what is required after that is instrumented.
const { Kafka, Partitioners, logLevel } = createRequire(import.meta.url)('kafkajs');

const broker = await kafkaMock();
const kafka = new Kafka({ brokers: [broker], logLevel: logLevel.NOTHING });
const producer = kafka.producer({ createPartitioner: Partitioners.DefaultPartitioner });
await producer.connect();
after(() => producer.disconnect());

const send = (topic, ...messages) =>
  producer.send({ topic, messages: messages.map((headers) => ({ value: '{}', headers, partition: 0 })) });

async function subscribed(topic) {
  const consumer = kafka.consumer({ groupId: topic });
  await consumer.connect();
  await consumer.subscribe({ topic, fromBeginning: true });
  return consumer;
}

describe('kafkajs with its instrumentation', () => {
  test('eachBatch', async () => {
    const sent = await instrumented(() => send('batches', undefined, { tenant: 't' }));
    assert.equal(sent.length, 2);
    const received = [];
    const consumer = await subscribed('batches');
    await consumeBatches(consumer, (messages) => void received.push(...messages));
    try {
      await until('two messages', () => received.length === 2);
      sent.forEach((context, index) => assertRead(received[index], 'kafka', context));
      assertBare({ ...received[0], headers: {} }, 'kafka');
      await assertLinked(sent);
    } finally {
      await consumer.disconnect();
    }
  });

  test('eachMessage', async () => {
    const [sent] = await instrumented(() => send('messages', {}));
    const received = [];
    const consumer = await subscribed('messages');
    await consumeMessages(consumer, (payload) => void received.push(payload));
    try {
      await until('a message', () => received.length === 1);
      assertRead(received[0], 'kafka', sent);
      assertRead(received[0].message, 'kafka', sent);
      await assertLinked([sent], 'process order');
    } finally {
      await consumer.disconnect();
    }
  });
});
