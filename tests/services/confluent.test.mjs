// @confluentinc/kafka-javascript, both of its APIs, on the mock cluster of the librdkafka it brings.
import { after, test } from 'node:test';
import { once } from 'node:events';
import confluent from '@confluentinc/kafka-javascript';
import { consume as consumeBatches } from '../../examples-js/consumers/kafkajs.mjs';
import { consume as consumeMessages } from '../../examples-js/consumers/kafkajs-each-message.mjs';
import { consume } from '../../examples-js/consumers/rdkafka.mjs';
import { until } from './support/process.mjs';
import { assertBare, assertRead } from './support/proof.mjs';
import { kafkaMock } from './support/servers.mjs';
import { assertLinked, produce } from './support/tracing.mjs';

const { KafkaConsumer } = confluent.RdKafka ?? confluent;
const broker = await kafkaMock();
const kafka = new confluent.KafkaJS.Kafka({
  kafkaJS: { brokers: [broker], logLevel: confluent.KafkaJS.logLevel.NOTHING },
});
const producer = kafka.producer();
await producer.connect();
after(() => producer.disconnect());

async function send(topic) {
  const publish = (headers) => producer.send({ topic, messages: [{ value: '{}', headers, partition: 0 }] });
  const sent = [await produce(publish), await produce(publish)];
  await publish(undefined);
  return sent;
}

async function subscribed(topic) {
  const consumer = kafka.consumer({ kafkaJS: { groupId: topic, fromBeginning: true } });
  await consumer.connect();
  await consumer.subscribe({ topic });
  return consumer;
}

for (const [name, span, consumeWith] of [
  [
    'eachBatch',
    'process orders',
    (consumer, take) => consumeBatches(consumer, (messages) => take(...messages)),
  ],
  ['eachMessage', 'process order', (consumer, take) => consumeMessages(consumer, take)],
]) {
  test(`@confluentinc/kafka-javascript, ${name}`, async () => {
    const sent = await send(name);
    const received = [];
    const consumer = await subscribed(name);
    await consumeWith(consumer, (...messages) => void received.push(...messages));
    try {
      await until('three messages', () => received.length === 3);
      sent.forEach((context, index) => assertRead(received[index], 'kafka', context));
      assertBare(received[2], 'kafka');
      await assertLinked(sent, span);
    } finally {
      await consumer.disconnect();
    }
  });
}

test('@confluentinc/kafka-javascript, KafkaConsumer', async () => {
  const sent = await send('raw');
  const settings = { 'bootstrap.servers': broker, 'group.id': 'raw', 'enable.auto.commit': false };
  const consumer = new KafkaConsumer(settings, { 'auto.offset.reset': 'earliest' });
  consumer.connect();
  await once(consumer, 'ready');
  consumer.subscribe(['raw']);
  const received = [];
  try {
    await until('three messages', async () => {
      await consume(consumer, (messages) => received.push(...messages));
      return received.length === 3;
    });
    sent.forEach((context, index) => assertRead(received[index], 'rdkafka', context));
    assertBare(received[2], 'rdkafka');
    await assertLinked(sent);
  } finally {
    consumer.disconnect();
    await once(consumer, 'disconnected');
  }
});
