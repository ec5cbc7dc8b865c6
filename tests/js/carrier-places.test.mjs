// Places where a context is easily missed, or another one taken for it: events within requests, envelopes, attributes.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { explain, extract, injectEnvelope } from 'spanlink';
import * as carriers from 'spanlink/carriers';
import { context, spanId, traceparent } from './support/vectors.mjs';

const { auto, b3, cloudEvent, eventBridge, firstOf, headers, kafka, kinesis, queueBody, xray } = carriers;
const [HOP, OWN] = [1, 2].map((n) => traceparent(n));
const which = (message, reader) => extract(message, reader)?.spanId;

describe('a CloudEvent’s own context goes before that of the request', () => {
  const binary = { 'ce-specversion': '1.0', 'ce-traceparent': OWN, traceparent: HOP };
  const title = { 'Ce-Specversion': '1.0', 'Ce-Traceparent': OWN, Traceparent: HOP };
  const inKafka = { ce_specversion: Buffer.from('1.0'), ce_traceparent: Buffer.from(OWN), traceparent: HOP };
  const type = { 'content-type': 'application/cloudevents+json; charset=UTF-8', traceparent: HOP };
  const event = { specversion: '1.0', id: 'e1', traceparent: OWN };

  for (const [name, container] of [
    ['in lower case', binary],
    ['in title case', title],
    ['in upper case', { 'CE-SPECVERSION': '1.0', 'CE-TRACEPARENT': OWN, TRACEPARENT: HOP }],
    ['of Kafka', inKafka],
    ['without a prototype', Object.assign(Object.create(null), title)],
    ['as Headers', new Headers(binary)],
    ['as a Map', new Map(Object.entries(title))],
    ['as a flat list', Object.entries(title).flat()],
    ['as entries', Object.entries(binary)],
  ]) {
    test(`binary, headers ${name}`, () => {
      for (const message of [{ headers: container }, { message: { headers: container } }, container]) {
        assert.equal(which(message, auto), spanId(2));
        assert.equal(which(message, cloudEvent), spanId(2));
      }
      assert.equal(which({ headers: container }, headers), spanId(1), 'what is asked for is the request');
    });
  }

  test('binary, in properties of AMQP', () => {
    for (const prefix of ['cloudEvents:', 'cloudEvents_']) {
      const properties = { [`${prefix}specversion`]: '1.0', [`${prefix}traceparent`]: OWN, traceparent: HOP };
      assert.equal(which(properties, cloudEvent), spanId(2));
    }
  });

  for (const [name, message] of [
    ['text', { headers: type, body: JSON.stringify(event) }],
    ['an object', { headers: type, body: event }],
    ['bytes', { headers: type, body: Buffer.from(JSON.stringify(event)) }],
    ['Headers', { headers: new Headers(type), body: event }],
    [
      'names in title case',
      { headers: { 'Content-Type': type['content-type'], traceparent: HOP }, body: event },
    ],
    ['another format', { headers: { ...type, 'content-type': 'Application/CloudEvents' }, body: event }],
    [
      'Kafka',
      {
        headers: { ...type, 'content-type': Buffer.from(type['content-type']) },
        value: JSON.stringify(event),
      },
    ],
    ['eachMessage', { topic: 't', message: { headers: type, value: Buffer.from(JSON.stringify(event)) } }],
  ]) {
    test(`structured: ${name}`, () => {
      assert.equal(which(message, auto), spanId(2));
      assert.equal(which(message, cloudEvent), spanId(2));
    });
  }

  test('without a context of its own, the request’s is better than none', () => {
    const { traceparent: _, ...without } = event;
    for (const message of [
      { headers: { 'Ce-Specversion': '1.0', traceparent: HOP } },
      { 'ce-specversion': '1.0', traceparent: HOP },
      { headers: type, body: without },
      { headers: type, body: 'text' },
      { headers: type },
    ]) {
      assert.equal(which(message, auto), spanId(1));
    }
  });

  test('what says nothing of events is none', () => {
    for (const value of [
      'application/json',
      'application/cloudevent',
      'text/plain; charset=UTF-8',
      '',
      7,
      null,
      undefined,
      [],
      {},
    ]) {
      assert.equal(which({ headers: { ...type, 'content-type': value }, body: event }, auto), spanId(1));
    }
    assert.equal(which({ headers: { ...binary, 'ce-specversion': null } }, auto), spanId(1));
    assert.equal(
      which({ headers: { ce: '1', traceparent: HOP, 'ce-specversions': '1', 'ce-traceparent': OWN } }),
      spanId(1),
    );
  });
});

describe('b3 and xray, wherever a message keeps its headers', () => {
  const values = { b3: `${context(1).traceId}-${spanId(1)}-1` };
  const trace = `Root=1-5759e988-bd862e3fe1be46a994272793;Parent=${spanId(1)};Sampled=1`;
  const read = [
    [b3, 'b3', values.b3],
    [firstOf(kafka, b3), 'b3', values.b3],
    [xray, 'x-amzn-trace-id', trace],
    [xray, 'X-Amzn-Trace-Id', trace],
  ];
  const base64 = (text) => Buffer.from(text).toString('base64');
  const attributes = (place, value) => (h) => ({
    [place]: Object.fromEntries(Object.entries(h).map(([name, text]) => [name, value(text)])),
    attributes: {},
  });
  const inSns = attributes('MessageAttributes', (text) => ({ Type: 'String', Value: text }));
  const inBytes = (part) => (Array.isArray(part) ? part.map(inBytes) : Buffer.from(part));
  for (const [name, make] of [
    ['headers', (h) => ({ headers: h })],
    ['headers themselves', (h) => h],
    ['an entry list', (h) => Object.entries(h)],
    ['eachMessage', (h) => ({ topic: 't', message: { headers: h } })],
    [
      'Platformatic',
      (h) => ({ headers: new Map(Object.entries(h).map((pair) => pair.map((x) => Buffer.from(x)))) }),
    ],
    ['amqplib', (h) => ({ fields: {}, properties: { headers: h } })],
    ['MQTT', (h) => ({ properties: { userProperties: h } })],
    ['MQTT, the properties', (h) => ({ userProperties: h })],
    ['Service Bus', (h) => ({ body: 'x', applicationProperties: h })],
    ['Event Hubs', (h) => ({ body: 'x', properties: h })],
    ['Pub/Sub', (h) => ({ id: 'm1', attributes: h })],
    ['a push', (h) => ({ message: { attributes: h } })],
    ['a Redis Stream', (h) => ({ id: '1-0', message: h })],
    ['a Redis Stream of ioredis', (h) => ['1-0', Object.entries(h).flat()]],
    ['a Redis Stream of ioredis, Buffers', (h) => ['1-0', Object.entries(h).flat()].map(inBytes)],
    ['BullMQ', (h) => ({ id: '1', opts: { telemetry: { metadata: JSON.stringify(h) } } })],
    ['beside headers without', (h) => ({ headers: {}, properties: { headers: h } })],
    ['metadata', (h) => ({ metadata: h })],
    ['SQS', attributes('MessageAttributes', (text) => ({ DataType: 'String', StringValue: text }))],
    [
      'SQS, Binary',
      attributes('MessageAttributes', (text) => ({ DataType: 'Binary', BinaryValue: Buffer.from(text) })),
    ],
    ['SQS in Lambda', attributes('messageAttributes', (text) => ({ dataType: 'String', stringValue: text }))],
    [
      'SQS in Lambda, Binary',
      attributes('messageAttributes', (text) => ({ dataType: 'Binary', binaryValue: base64(text) })),
    ],
    ['SNS', inSns],
    [
      'SNS in Lambda',
      (h) => ({
        Sns: attributes('MessageAttributes', (text) => ({ Type: 'Binary', Value: base64(text) }))(h),
      }),
    ],
    ['SNS in SQS', (h) => ({ Body: JSON.stringify(inSns(h)) })],
    ['SNS in SQS in Lambda', (h) => ({ body: JSON.stringify(inSns(h)), attributes: {} })],
  ]) {
    test(name, () => {
      for (const [reader, key, value] of read) {
        assert.equal(which(make({ other: '1', [key]: value }), reader), spanId(1), `${reader.name} ${key}`);
        assert.equal(explain(make({ other: '1' }), reader).reason, 'missing');
      }
    });
  }

  test('the first place that has one, and all its headers', () => {
    const multi = { 'X-B3-TraceId': context(2).traceId, 'X-B3-SpanId': spanId(2) };
    assert.equal(which({ headers: multi, properties: { headers: values } }, b3), spanId(2));
    assert.equal(explain({ headers: { b3: [values.b3, values.b3] } }, b3).reason, 'multiple');
    assert.equal(explain({ headers: { b3: {} } }, b3).reason, 'not_text');
    assert.equal(
      explain(Object.entries({ x: '1', b3: values.b3 }).concat([['b3', 'x']]), b3).reason,
      'multiple',
    );
  });
});

describe('auto', () => {
  test('headers go before other places, whatever holds them', () => {
    const others = { properties: { traceparent: HOP }, metadata: { traceparent: HOP }, traceparent: HOP };
    for (const container of [
      { traceparent: OWN },
      { Traceparent: OWN },
      new Map([['traceparent', OWN]]),
      new Headers({ traceparent: OWN }),
      [['traceparent', OWN]],
    ]) {
      assert.equal(which({ ...others, headers: container }, auto), spanId(2));
    }
  });

  test('the properties of an MQTT packet by themselves', () => {
    assert.equal(which({ userProperties: { traceparent: OWN } }, auto), spanId(2));
  });
});

describe('the envelope itself', () => {
  for (const [name, reader, fields] of [
    [
      'kinesis',
      kinesis,
      [{ data: 'abcd' }, { data: 7 }, { Data: 'x' }, { kinesis: 'x' }, { kinesis: { data: 'e30=' } }],
    ],
    ['eventBridge', eventBridge, [{ detail: 'x' }, { detail: {} }, { detail: null }]],
    ['queueBody', queueBody, [{ body: 'x' }, { body: '{}' }, { body: {} }, { body: new Uint8Array(2) }]],
  ]) {
    test(`${name}: a field of the name of its place`, () => {
      for (const body of fields) {
        assert.equal(which(injectEnvelope({ ...body }, context(1)), reader), spanId(1), Object.keys(body)[0]);
        assert.equal(explain({ ...body }, reader).reason, 'missing');
      }
    });
  }

  test('as JSON text, in which its name is written in any way', () => {
    for (const name of ['traceparent', 'TraceParent', '\\u0074raceparent', 'trace\\u0050arent']) {
      const text = `{"${name}":"${OWN}"}`;
      for (const body of [text, Buffer.from(text)]) assert.equal(which({ body }, queueBody), spanId(2), name);
    }
  });

  test('what is inside goes first', () => {
    const inner = { traceparent: OWN };
    assert.equal(which({ body: inner, metadata: { traceparent: HOP } }, queueBody), spanId(2));
    assert.equal(which({ detail: inner, traceparent: HOP }, eventBridge), spanId(2));
    const data = Buffer.from(JSON.stringify(inner)).toString('base64');
    assert.equal(which({ kinesis: { data }, metadata: { traceparent: HOP } }, kinesis), spanId(2));
    assert.equal(explain({ body: { traceparent: 'x' }, traceparent: HOP }, queueBody).reason, 'bad_length');
  });
});

test('a flat list of two whose value is a list is no entry of a stream', () => {
  const bytes = [...Buffer.from(HOP)];
  assert.equal(which(['traceparent', bytes], auto), spanId(1));
  assert.equal(which(['traceparent', [HOP]], auto), spanId(1));
  assert.equal(which(['1-0', ['traceparent', HOP]], auto), spanId(1));
  assert.equal(explain(['1-0', ['x', HOP]], auto).reason, 'missing');
});
