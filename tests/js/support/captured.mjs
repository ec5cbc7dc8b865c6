// Messages as the clients hand them over, built around given headers: `{ traceparent, tracestate }`, of which either may
// be absent. The services' tests check the same readers on messages really received.

const HEADERS = ['traceparent', 'tracestate'];
const present = (headers) => HEADERS.filter((name) => headers[name] !== undefined);
const mapped = (headers, value) =>
  Object.fromEntries(present(headers).map((name) => [name, value(headers[name])]));
const buffers = (headers) => mapped(headers, (text) => Buffer.from(text));
const json = (value) => JSON.stringify(value);
const base64 = (text) => Buffer.from(text).toString('base64');

/** MsgHdrs of NATS: `get` is case-sensitive and answers '' when absent, iterating gives lists. */
class MsgHdrs {
  #headers;
  constructor(headers) {
    this.#headers = new Map(present(headers).map((name) => [name, [headers[name]].flat()]));
  }
  get size() {
    return this.#headers.size;
  }
  keys() {
    return [...this.#headers.keys()];
  }
  get(name) {
    return this.#headers.get(name)?.[0] ?? '';
  }
  values(name, _match = 'exact') {
    return this.#headers.get(name) ?? [];
  }
  has(name) {
    return this.#headers.has(name);
  }
  *[Symbol.iterator]() {
    yield* this.#headers;
  }
}

class Msg {
  #headers;
  constructor(headers) {
    this.#headers = present(headers).length > 0 ? new MsgHdrs(headers) : undefined;
    this._msg = { subject: 'orders' };
    this._rdata = new Uint8Array(2);
  }
  get headers() {
    return this.#headers;
  }
  get data() {
    return new Uint8Array(2);
  }
}

/** `QueueMessage` of workerd. */
class QueueMessage {
  constructor(body) {
    Object.assign(this, { id: 'm1', timestamp: new Date(0), body, attempts: 1 });
  }
  ack() {}
  retry() {}
}

const kafkaMessage = (headers) => ({
  magic: 2,
  offset: '7',
  timestamp: '1700000000000',
  key: Buffer.from('k'),
  value: Buffer.from('{}'),
  headers,
});
const snsAttributes = (headers, binary) =>
  mapped(headers, (text) =>
    binary ? { Type: 'Binary', Value: base64(text) } : { Type: 'String', Value: text },
  );
const snsEnvelope = (headers, binary) => ({
  Type: 'Notification',
  MessageId: 'n1',
  TopicArn: 'arn:aws:sns:eu-west-1:123456789012:orders',
  Message: '{}',
  ...(present(headers).length > 0 && { MessageAttributes: snsAttributes(headers, binary) }),
});
const lambdaRecord = (body, messageAttributes) => ({
  messageId: 'm1',
  receiptHandle: 'r1',
  body,
  attributes: { ApproximateReceiveCount: '1', SentTimestamp: '1700000000000', SenderId: 'AIDA' },
  messageAttributes,
  md5OfBody: 'd41d8',
  eventSource: 'aws:sqs',
  eventSourceARN: 'arn:aws:sqs:eu-west-1:123456789012:orders',
  awsRegion: 'eu-west-1',
});
const envelope = (headers) => ({ orderId: 'o1', metadata: { ...headers } });
const event = (headers) => ({
  specversion: '1.0',
  id: 'e1',
  source: '/shop',
  type: 'order.placed',
  ...headers,
});
/** The context of the HTTP request that brought a CloudEvent. */
export const HOP = '00-ffffffffffffffffffffffffffffffff-ffffffffffffffff-01';
const prefixed = (prefix, headers, value = (text) => text) => {
  const own = Object.fromEntries(present(headers).map((name) => [`${prefix}${name}`, value(headers[name])]));
  const needed = { id: 'e1', source: '/shop', specversion: '1.0', type: 'order.placed' };
  const rest = Object.entries(needed).map(([name, text]) => [`${prefix}${name}`, value(text)]);
  return { ...Object.fromEntries(rest), ...own };
};
const amqplib = (headers) => ({
  fields: { consumerTag: 'c', deliveryTag: 1, redelivered: false, exchange: '', routingKey: 'orders' },
  properties: { contentType: 'application/json', headers, deliveryMode: 2, messageId: undefined },
  content: Buffer.from('{}'),
});
const bare = (properties) => Object.assign(Object.create(null), properties);
const pubsubAttributes = (headers, prefix) =>
  Object.fromEntries(present(headers).map((name) => [`${prefix}${name}`, headers[name]]));

/**
 * Rows: the reader's name, the client, and the message that it makes of headers. `noList`: the client writes no
 * tracestate; `hop`: the message has the context of the request that brought it, too.
 */
export const captured = [
  ['kafka', 'kafkajs, eachBatch', (h) => kafkaMessage(buffers(h))],
  [
    'kafka',
    'kafkajs, eachMessage',
    (h) => ({ topic: 'orders', partition: 0, message: kafkaMessage(buffers(h)) }),
  ],
  [
    'kafka',
    '@confluentinc/kafka-javascript',
    (h) => kafkaMessage(present(h).length > 0 ? buffers(h) : undefined),
  ],
  [
    'kafka',
    '@platformatic/kafka',
    (h) => ({
      key: Buffer.from('k'),
      value: Buffer.from('{}'),
      headers: new Map(present(h).map((name) => [Buffer.from(name), Buffer.from(h[name])])),
      topic: 'orders',
      partition: 0,
      timestamp: 1700000000000n,
      offset: 7n,
      metadata: {},
    }),
  ],
  [
    'kafka',
    '@platformatic/kafka, texts',
    (h) => ({
      value: '{}',
      headers: new Map(present(h).map((name) => [name, h[name]])),
      offset: 7n,
      metadata: {},
    }),
  ],
  [
    'rdkafka',
    'node-rdkafka',
    (h) => ({
      value: Buffer.from('{}'),
      size: 2,
      topic: 'orders',
      offset: 7,
      partition: 0,
      ...(present(h).length > 0 && { headers: present(h).map((name) => ({ [name]: Buffer.from(h[name]) })) }),
    }),
  ],
  [
    'lambdaMsk',
    'Lambda',
    (h) => ({
      topic: 'orders',
      partition: 0,
      offset: 7,
      timestamp: 1700000000000,
      value: 'e30=',
      headers: present(h).map((name) => ({ [name]: [...Buffer.from(h[name])] })),
    }),
  ],
  ['rabbitmq', 'amqplib', (h) => amqplib({ ...h })],
  ['rabbitmq', 'amqplib, Buffers', (h) => amqplib(buffers(h))],
  [
    'sqs',
    '@aws-sdk/client-sqs',
    (h) => ({
      MessageId: 'm1',
      Body: '{}',
      ...(present(h).length > 0 && {
        MessageAttributes: mapped(h, (text) => ({ DataType: 'String', StringValue: text })),
      }),
    }),
  ],
  [
    'sqs',
    '@aws-sdk/client-sqs, Binary',
    (h) => ({
      MessageId: 'm1',
      Body: '{}',
      MessageAttributes: mapped(h, (text) => ({
        DataType: 'Binary',
        BinaryValue: new Uint8Array(Buffer.from(text)),
      })),
    }),
  ],
  ['snsEnvelope', 'SNS in SQS', (h) => ({ MessageId: 'm1', Body: json(snsEnvelope(h)) })],
  ['snsEnvelope', 'SNS in SQS, Binary', (h) => ({ MessageId: 'm1', Body: json(snsEnvelope(h, true)) })],
  ['snsEnvelope', 'SNS in SQS in Lambda', (h) => lambdaRecord(json(snsEnvelope(h)), {})],
  ['snsEnvelope', 'the envelope, parsed', (h) => snsEnvelope(h)],
  [
    'lambdaSqs',
    'Lambda',
    (h) =>
      lambdaRecord(
        '{}',
        mapped(h, (text) => ({
          stringValue: text,
          stringListValues: [],
          binaryListValues: [],
          dataType: 'String',
        })),
      ),
  ],
  [
    'lambdaSqs',
    'Lambda, Binary',
    (h) =>
      lambdaRecord(
        '{}',
        mapped(h, (text) => ({
          binaryValue: base64(text),
          stringListValues: [],
          binaryListValues: [],
          dataType: 'Binary',
        })),
      ),
  ],
  [
    'lambdaSns',
    'Lambda',
    (h) => ({
      EventVersion: '1.0',
      EventSource: 'aws:sns',
      Sns: { Type: 'Notification', Message: '{}', MessageAttributes: snsAttributes(h) },
    }),
  ],
  [
    'kinesis',
    'Lambda',
    (h) => ({ kinesis: { partitionKey: 'p', data: base64(json(envelope(h))) }, eventSource: 'aws:kinesis' }),
  ],
  [
    'kinesis',
    '@aws-sdk/client-kinesis',
    (h) => ({ SequenceNumber: '1', Data: new Uint8Array(Buffer.from(json(envelope(h)))), PartitionKey: 'p' }),
  ],
  [
    'eventBridge',
    'Lambda',
    (h) => ({ version: '0', id: 'e1', 'detail-type': 'order', source: 'shop', detail: envelope(h) }),
  ],
  [
    'pubsub',
    '@google-cloud/pubsub',
    (h) => ({
      ackId: 'a',
      id: 'm1',
      data: Buffer.from('{}'),
      attributes: pubsubAttributes(h, 'googclient_'),
    }),
  ],
  [
    'pubsub',
    '@google-cloud/pubsub, own attributes',
    (h) => ({ id: 'm1', data: Buffer.from('{}'), attributes: { ...h } }),
  ],
  [
    'pubsub',
    'push',
    (h) => ({ message: { attributes: pubsubAttributes(h, 'googclient_'), data: 'e30=' }, subscription: 's' }),
  ],
  [
    'serviceBus',
    '@azure/service-bus',
    (h) => ({
      body: { orderId: 'o1' },
      messageId: 'm1',
      applicationProperties: h.traceparent === undefined ? undefined : { 'Diagnostic-Id': h.traceparent },
      _rawAmqpMessage: { applicationProperties: {} },
    }),
    { noList: true },
  ],
  ['serviceBus', 'other languages', (h) => ({ body: 'x', applicationProperties: { ...h } })],
  [
    'eventHubs',
    '@azure/event-hubs',
    (h) => ({
      body: { orderId: 'o1' },
      offset: '1',
      sequenceNumber: 1,
      properties: h.traceparent === undefined ? undefined : { 'Diagnostic-Id': h.traceparent },
      systemProperties: {},
    }),
    { noList: true },
  ],
  ['eventHubs', 'other languages', (h) => ({ body: 'x', properties: { ...h } })],
  ['cloudEvent', 'cloudevents', (h) => Object.freeze(event(h))],
  [
    'cloudEvent',
    'HTTP, binary',
    (h) => ({ headers: { traceparent: HOP, ...prefixed('ce-', h) }, body: '{}' }),
    { hop: true },
  ],
  [
    'cloudEvent',
    'HTTP, structured',
    (h) => ({ headers: { 'content-type': 'application/cloudevents+json' }, body: json(event(h)) }),
  ],
  ['cloudEvent', 'Kafka, binary', (h) => kafkaMessage(prefixed('ce_', h, (text) => Buffer.from(text)))],
  [
    'cloudEvent',
    'Fetch',
    (h) => ({ headers: new Headers({ traceparent: HOP, ...prefixed('ce-', h) }) }),
    { hop: true },
  ],
  ['nats', 'nats, @nats-io', (h) => new Msg(h)],
  [
    'mqtt',
    'mqtt',
    (h) => ({
      cmd: 'publish',
      topic: 'orders',
      payload: Buffer.from('{}'),
      properties: present(h).length > 0 ? bare({ userProperties: bare(h) }) : undefined,
    }),
  ],
  [
    'bullmq',
    'bullmq',
    (h) => ({
      id: '1',
      name: 'order',
      data: {},
      opts: { attempts: 1, telemetry: present(h).length > 0 ? { metadata: json(h) } : { omitContext: true } },
    }),
  ],
  ['redisStream', 'redis', (h) => ({ id: '1-0', message: bare({ orderId: 'o1', ...h }) })],
  ['redisStream', 'redis, Buffers', (h) => ({ id: Buffer.from('1-0'), message: bare(buffers(h)) })],
  ['redisStream', 'ioredis', (h) => ['1-0', present(h).flatMap((name) => [name, h[name]])]],
  [
    'redisStream',
    'ioredis, Buffers',
    (h) => [Buffer.from('1-0'), present(h).flatMap((name) => [Buffer.from(name), Buffer.from(h[name])])],
  ],
  ['queueBody', 'Cloudflare Queues', (h) => new QueueMessage(envelope(h))],
  ['queueBody', 'Cloudflare Queues, text', (h) => new QueueMessage(json(envelope(h)))],
  [
    'queueBody',
    'Cloudflare Queues, bytes',
    (h) => new QueueMessage(new TextEncoder().encode(json({ ...h })).buffer),
  ],
  ['headers', 'fetch', (h) => new Request('http://127.0.0.1/', { headers: mapped(h, (text) => text) })],
  [
    'headers',
    'http',
    (h) => ({ method: 'POST', url: '/', headers: { host: '127.0.0.1', ...h }, rawHeaders: [] }),
  ],
  ['headers', 'undici', (h) => ({ statusCode: 200, headers: mapped(h, (text) => [text]) })],
  ['headers', 'rawHeaders', (h) => ['host', '127.0.0.1', ...present(h).flatMap((name) => [name, h[name]])]],
  ['metadata', 'the plain event envelope', (h) => ({ id: 'e1', type: 'order.placed', metadata: { ...h } })],
].map(([reader, client, message, { noList = false, hop = false } = {}]) => ({
  reader,
  client,
  message,
  noList,
  hop,
}));
