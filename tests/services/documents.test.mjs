// Where no server can run here: messages as the documents have them, or made by the classes of the SDKs.
import { test } from 'node:test';
import assert from 'node:assert/strict';
import { CloudEvent, HTTP, Kafka } from 'cloudevents';
import { extract, injectEnvelope } from 'spanlink';
import { cloudEvent } from 'spanlink/carriers';
import { consume as consumeEvent } from '../../examples-js/consumers/cloud-events.mjs';
import { processor as eventHubs } from '../../examples-js/consumers/event-hubs.mjs';
import { handler as eventBridge } from '../../examples-js/consumers/lambda-event-bridge.mjs';
import { handler as lambdaKinesis } from '../../examples-js/consumers/lambda-kinesis.mjs';
import { handler as lambdaMsk } from '../../examples-js/consumers/lambda-msk.mjs';
import { handler as lambdaSns } from '../../examples-js/consumers/lambda-sns.mjs';
import { handler as lambdaSqs } from '../../examples-js/consumers/lambda-sqs.mjs';
import { listener } from '../../examples-js/consumers/pubsub.mjs';
import { consume as serviceBus } from '../../examples-js/consumers/service-bus.mjs';
import { assertBare, assertRead } from './support/proof.mjs';
import { assertLinked, produce } from './support/tracing.mjs';

const each = (headers, value) =>
  Object.fromEntries(Object.entries(headers).map(([name, text]) => [name, value(text)]));
const enveloped = (headers) => JSON.stringify(injectEnvelope({ orderId: 'o1' }, extract(headers)));

/** Runs a handler of batches on a message with a context and one without, made by `message`. */
async function prove(name, message, deliver) {
  let received;
  let sent;
  const messages = [];
  sent = await produce((headers) => void messages.push(message(headers)));
  messages.push(message(undefined));
  await deliver(messages, (batch) => (received = batch));
  assertRead(received[0], name, sent);
  assertBare(received[1], name);
  await assertLinked([sent]);
}

const attributesOfSns = (headers) => each(headers ?? {}, (Value) => ({ Type: 'String', Value }));

test('SQS in Lambda', () =>
  prove(
    'lambdaSqs',
    (headers) => ({
      messageId: 'm1',
      body: '{}',
      attributes: { ApproximateReceiveCount: '1' },
      messageAttributes: each(headers ?? {}, (stringValue) => ({
        stringValue,
        stringListValues: [],
        binaryListValues: [],
        dataType: 'String',
      })),
      eventSource: 'aws:sqs',
    }),
    (Records, handle) => lambdaSqs(handle)({ Records }),
  ));

test('SNS in SQS in Lambda', () =>
  prove(
    'snsEnvelope',
    (headers) => ({
      messageId: 'm1',
      body: JSON.stringify({
        Type: 'Notification',
        Message: '{}',
        MessageAttributes: attributesOfSns(headers),
      }),
      messageAttributes: {},
      eventSource: 'aws:sqs',
    }),
    (Records, handle) => lambdaSqs(handle)({ Records }),
  ));

test('SNS in Lambda', () =>
  prove(
    'lambdaSns',
    (headers) => ({
      EventSource: 'aws:sns',
      Sns: { Type: 'Notification', Message: '{}', MessageAttributes: attributesOfSns(headers) },
    }),
    (Records, handle) => lambdaSns(handle)({ Records }),
  ));

test('Kafka in Lambda', () =>
  prove(
    'lambdaMsk',
    (headers) => ({
      topic: 'orders',
      partition: 0,
      offset: 15,
      value: 'e30=',
      headers: Object.entries(headers ?? {}).map(([name, text]) => ({ [name]: [...Buffer.from(text)] })),
    }),
    ([one, two], handle) => lambdaMsk(handle)({ records: { 'orders-0': [one], 'orders-1': [two] } }),
  ));

test('Kinesis in Lambda', () =>
  prove(
    'kinesis',
    (headers) => ({
      kinesis: {
        partitionKey: 'p',
        data: Buffer.from(headers ? enveloped(headers) : 'no JSON').toString('base64'),
      },
      eventSource: 'aws:kinesis',
    }),
    (Records, handle) => lambdaKinesis(handle)({ Records }),
  ));

test('EventBridge in Lambda', async () => {
  let received;
  const invoke = (headers) =>
    eventBridge((events) => void ([received] = events))({
      version: '0',
      'detail-type': 'order placed',
      source: 'shop',
      detail: headers ? JSON.parse(enveloped(headers)) : {},
    });
  await invoke(undefined);
  assertBare(received, 'eventBridge');
  const sent = await produce(invoke);
  assertRead(received, 'eventBridge', sent);
  await assertLinked([sent]);
});

test('Pub/Sub: the names that its client writes', async () => {
  let acknowledged = 0;
  const received = [];
  const listen = listener((message) => void received.push(message));
  const message = (attributes) => ({
    id: 'm1',
    data: Buffer.from('{}'),
    attributes,
    ack: () => acknowledged++,
  });
  const sent = await produce(({ traceparent }) => listen(message({ googclient_traceparent: traceparent })));
  await listen(message({}));
  assert.equal(acknowledged, 2);
  assertRead(received[0], 'pubsub', sent);
  const { ack: _, ...plain } = received[0];
  const push = { message: { ...plain, data: 'e30=' }, subscription: 'projects/p/subscriptions/s' };
  assertRead(push, 'pubsub', sent);
  assertBare(received[1], 'pubsub');
  await assertLinked([sent], 'process order');
});

test('Service Bus', () =>
  prove(
    'serviceBus',
    (headers) => ({
      body: {},
      messageId: 'm1',
      applicationProperties: headers && { 'Diagnostic-Id': headers.traceparent },
    }),
    async (messages, handle) => {
      const completed = [];
      const receiver = {
        receiveMessages: () => messages,
        completeMessage: (message) => completed.push(message),
      };
      await serviceBus(receiver, handle);
      assert.equal(completed.length, 2);
    },
  ));

test('Event Hubs', () =>
  prove(
    'eventHubs',
    (headers) => ({
      body: {},
      properties: headers && { 'Diagnostic-Id': headers.traceparent },
      systemProperties: {},
    }),
    (events, handle) =>
      eventHubs(handle)(events, { updateCheckpoint: (event) => assert.equal(event, events[1]) }),
  ));

const HOP = { traceparent: '00-ffffffffffffffffffffffffffffffff-ffffffffffffffff-01' };

test('CloudEvents, by their own SDK: binary, structured, Kafka', async () => {
  const make = (extensions) =>
    new CloudEvent({ source: '/shop', type: 'order.placed', data: {}, ...extensions });
  for (const mode of ['binary', 'structured']) {
    let received;
    const sent = await produce(async (headers) => {
      const message = HTTP[mode](make(headers));
      Object.assign(message.headers, HOP);
      await consumeEvent(message, (event) => (received = event));
      assert.ok(Object.isFrozen(received));
      const found = extract(message, cloudEvent);
      assert.equal(`00-${found.traceId}-${found.spanId}-01`, headers.traceparent, 'the message itself');
    });
    assertRead(received, 'cloudEvent', sent);
    await assertLinked([sent], 'process order');
  }
  const sent = await produce(({ traceparent }) => {
    const { headers, value } = Kafka.binary(make({ traceparent }));
    const bytes = each(headers, (text) => Buffer.from(`${text}`));
    const found = extract({ headers: bytes, value }, cloudEvent);
    assert.equal(`00-${found.traceId}-${found.spanId}-01`, traceparent);
  });
  assert.ok(sent);
  assertBare(make({}), 'cloudEvent');
});
