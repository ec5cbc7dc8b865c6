// What readers do where a message could be read in more than one way: two names, several values, envelopes, limits.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { explain, extract, injectEnvelope, parseTraceparent } from 'spanlink';
import * as carriers from 'spanlink/carriers';
import { captured } from './support/captured.mjs';
import { context, flat, spanId, traceparent } from './support/vectors.mjs';

const { auto, bullmq, cloudEvent, custom, eventBridge, eventHubs, firstOf, headers, kafka, kinesis } =
  carriers;
const { lambdaSqs, metadata, nats, pubsub, queueBody, rabbitmq, redisStream, serviceBus, snsEnvelope, sqs } =
  carriers;
const { lambdaSns, xray } = carriers;

const [ONE, TWO, THREE] = [1, 2, 3].map((n) => traceparent(n));
const which = (message, reader) => extract(message, reader)?.spanId;
const reason = (message, reader) => explain(message, reader).reason;

describe('a repeated header is no context', () => {
  const twice = { traceparent: [ONE, TWO] };
  const same = { traceparent: [ONE, ONE] };
  const msg = (values) => ({
    headers: {
      keys: () => ['traceparent'],
      get: () => values[0],
      values: (_name) => values,
    },
  });
  for (const [name, message, reader] of [
    ['kafkajs', { headers: { traceparent: [Buffer.from(ONE), Buffer.from(TWO)] } }, kafka],
    ['kafkajs, equal', { headers: { traceparent: [Buffer.from(ONE), Buffer.from(ONE)] } }, kafka],
    [
      'two Buffer keys',
      { headers: new Map([ONE, TWO].map((value) => [Buffer.from('traceparent'), Buffer.from(value)])) },
      kafka,
    ],
    [
      'rdkafka',
      { headers: [{ traceparent: Buffer.from(ONE) }, { traceparent: Buffer.from(ONE) }] },
      carriers.rdkafka,
    ],
    [
      'byte numbers',
      { headers: [ONE, TWO].map((v) => ({ traceparent: [...Buffer.from(v)] })) },
      carriers.lambdaMsk,
    ],
    ['amqplib', { properties: { headers: twice } }, rabbitmq],
    ['MQTT', { properties: { userProperties: same } }, carriers.mqtt],
    ['ioredis', ['1-0', ['traceparent', ONE, 'traceparent', ONE]], redisStream],
    ['NATS', msg([ONE, TWO]), nats],
    ['two cases', { headers: { traceparent: ONE, Traceparent: ONE } }, headers],
    [
      'two cases of an attribute',
      { MessageAttributes: { traceparent: { StringValue: ONE }, TraceParent: { StringValue: ONE } } },
      sqs,
    ],
    ['two of the client’s own', { attributes: { googclient_traceparent: [ONE, ONE] } }, pubsub],
  ]) {
    test(name, () => {
      assert.equal(reason(message, reader), 'multiple');
      assert.equal(reason(message, auto), 'multiple');
    });
  }

  test('NATS with one value', () => assert.equal(which(msg([ONE]), nats), spanId(1)));
});

describe('two names', () => {
  const both = {
    googclient_traceparent: ONE,
    googclient_tracestate: 'g=1',
    traceparent: TWO,
    tracestate: 'w=1',
  };

  test('Pub/Sub: the client’s own before the plain one, each with its own list', () => {
    const found = extract({ attributes: both }, pubsub);
    assert.equal(found.spanId, spanId(1));
    assert.equal(found.traceState.serialize(), 'g=1');
    const { googclient_traceparent: _, ...plain } = both;
    assert.equal(extract({ attributes: plain }, pubsub).traceState.serialize(), 'w=1');
    assert.equal(which({ attributes: plain }, pubsub), spanId(2));
  });

  for (const [name, reader, place] of [
    ['Service Bus', serviceBus, 'applicationProperties'],
    ['Event Hubs', eventHubs, 'properties'],
  ]) {
    test(`${name}: traceparent before Diagnostic-Id`, () => {
      assert.equal(which({ [place]: { 'Diagnostic-Id': ONE, traceparent: TWO } }, reader), spanId(2));
      assert.equal(which({ [place]: { 'Diagnostic-Id': ONE } }, reader), spanId(1));
      assert.equal(which({ 'diagnostic-id': ONE }, reader), spanId(1), 'the properties themselves, any case');
      const listed = { [place]: { 'Diagnostic-Id': ONE, Tracestate: 'a=1' } };
      assert.equal(extract(listed, reader).traceState.serialize(), 'a=1');
    });
  }

  for (const kind of ['an object', 'a Map']) {
    test(`a list of a place that has no context does not come along, with ${kind} in the next`, () => {
      const entries = { traceparent: ONE, TraceState: 'y=2' };
      const found = kind === 'a Map' ? new Map(Object.entries(entries)) : entries;
      const message = { headers: { tracestate: 'x=1' }, properties: { headers: found } };
      assert.equal(extract(message, auto).traceState.serialize(), 'y=2');
      const { TraceState: _, ...alone } = entries;
      assert.equal(extract({ ...message, properties: { headers: alone } }, auto).traceState, undefined);
    });
  }

  test('a CloudEvent’s own context, never that of the request', () => {
    const hop = { headers: { traceparent: ONE, 'ce-specversion': '1.0', 'ce-traceparent': TWO } };
    assert.equal(which(hop, cloudEvent), spanId(2));
    assert.equal(which(hop, auto), spanId(2));
    assert.equal(which(hop, headers), spanId(1));
    assert.equal(reason({ headers: { traceparent: ONE } }, cloudEvent), 'missing');
    assert.equal(reason({ traceparent: ONE }, cloudEvent), 'missing');
    assert.equal(which({ specversion: '1.0', traceparent: ONE }, cloudEvent), spanId(1));
    assert.equal(reason({ specversion: '1.0', 'ce-traceparent': ONE }, cloudEvent), 'missing');
  });
});

describe('envelopes', () => {
  const all = { traceparent: ONE, metadata: { traceparent: TWO }, headers: { traceparent: THREE } };
  const { traceparent: _, ...without } = all;
  const forms = {
    object: (body) => body,
    text: (body) => JSON.stringify(body),
    bytes: (body) => new TextEncoder().encode(JSON.stringify(body)),
    buffer: (body) => new TextEncoder().encode(JSON.stringify(body)).buffer,
  };
  for (const [form, make] of Object.entries(forms)) {
    test(`${form}: the top level, then metadata, then headers`, () => {
      assert.equal(which({ body: make(all) }, queueBody), spanId(1));
      assert.equal(which({ body: make(without) }, queueBody), spanId(2));
      assert.equal(which({ body: make({ headers: all.headers }) }, queueBody), spanId(3));
      assert.equal(which({ body: make({ metadata: {}, headers: all.headers }) }, queueBody), spanId(3));
      assert.equal(which(make(all), queueBody), spanId(1), 'the envelope itself');
      assert.equal(which({ detail: make(without) }, eventBridge), spanId(2));
    });
  }

  test('a Kinesis record of Lambda has base64 text', () => {
    const data = Buffer.from(JSON.stringify(all)).toString('base64');
    assert.equal(which({ kinesis: { data } }, kinesis), spanId(1));
    assert.equal(which({ data }, kinesis), spanId(1));
    for (const broken of [`${data}*`, data.slice(1), '', 'e30=', '////', 7, null]) {
      assert.equal(reason({ kinesis: { data: broken } }, kinesis), 'missing', String(broken));
    }
  });

  test('text is JSON only where it begins with a brace', () => {
    for (const body of [
      ` ${JSON.stringify(all)}`,
      `[${JSON.stringify(all)}]`,
      `"${ONE}"`,
      ONE,
      '{',
      '{"traceparent":',
    ]) {
      assert.equal(reason({ body }, queueBody), 'missing', body);
      assert.equal(reason({ body: Buffer.from(body) }, queueBody), 'missing', body);
    }
    const escaped = JSON.stringify({ traceparent: ONE }).replace('traceparent', 'tr\\u0061ceparent');
    assert.equal(which({ body: escaped }, queueBody), spanId(1));
    const illFormed = Buffer.concat([
      Buffer.from(`{"traceparent":"${ONE}","x":"`),
      Buffer.from([0xff]),
      Buffer.from('"}'),
    ]);
    assert.equal(reason({ body: illFormed }, queueBody), 'missing');
  });

  test('text of at most 256 KiB', () => {
    const padded = (length) => {
      const empty = JSON.stringify({ traceparent: ONE, pad: '' });
      return JSON.stringify({ traceparent: ONE, pad: 'x'.repeat(length - empty.length) });
    };
    for (const make of [(text) => text, Buffer.from, (text) => new TextEncoder().encode(text).buffer]) {
      assert.equal(which({ body: make(padded(262_144)) }, queueBody), spanId(1));
      assert.equal(reason({ body: make(padded(262_145)) }, queueBody), 'missing');
    }
    const data = (length) => ({ kinesis: { data: Buffer.from(padded(length)).toString('base64') } });
    assert.equal(which(data(262_144), kinesis), spanId(1));
    assert.equal(reason(data(262_145), kinesis), 'missing');
  });

  test('a body that is null, a number, a list', () => {
    for (const body of [null, undefined, 7, true, [], [1, 2], new Date(0), new ArrayBuffer(2)]) {
      assert.equal(reason({ body }, queueBody), 'missing');
    }
  });

  test('BullMQ keeps text, and may keep something else', () => {
    const job = (telemetry) => ({ opts: { telemetry } });
    assert.equal(which(job({ metadata: JSON.stringify({ traceparent: ONE }) }), bullmq), spanId(1));
    assert.equal(which(job({ metadata: { traceparent: ONE } }), bullmq), spanId(1));
    for (const broken of ['', '{', ONE, 7, null])
      assert.equal(reason(job({ metadata: broken }), bullmq), 'missing');
    assert.equal(which(JSON.stringify({ traceparent: ONE }), bullmq), spanId(1), 'the text itself');
  });
});

describe('injectEnvelope', () => {
  const sender = { ...context(1), traceState: extract({ traceparent: ONE, tracestate: 'a=1' }).traceState };
  const readers = { auto, queueBody, metadata, eventBridge, kinesis };

  test('writes metadata, which every reader of envelopes finds', () => {
    const body = { orderId: 'o1' };
    assert.equal(injectEnvelope(body, sender), body);
    assert.deepEqual(body, { orderId: 'o1', metadata: { traceparent: ONE, tracestate: 'a=1' } });
    for (const [name, reader] of Object.entries(readers)) {
      assert.deepEqual(
        flat(extract(JSON.parse(JSON.stringify(body)), reader)),
        {
          ...context(1),
          isRemote: true,
          traceState: 'a=1',
        },
        name,
      );
    }
  });

  test('keeps other metadata, and leaves no second traceparent or old list', () => {
    const body = { metadata: { tenant: 't', TraceParent: TWO, TRACESTATE: 'old=1' } };
    injectEnvelope(body, context(1));
    assert.deepEqual(body, { metadata: { tenant: 't', traceparent: ONE } });
  });

  test('a frozen body, or frozen metadata, is copied', () => {
    const frozen = Object.freeze({ orderId: 'o1' });
    assert.deepEqual(injectEnvelope(frozen, context(1)), { orderId: 'o1', metadata: { traceparent: ONE } });
    assert.equal('metadata' in frozen, false);
    const inner = { metadata: Object.freeze({ tenant: 't' }) };
    assert.equal(injectEnvelope(inner, context(1)), inner);
    assert.deepEqual(inner.metadata, { tenant: 't', traceparent: ONE });
  });

  test('what cannot hold it is returned as it is', () => {
    const bodies = [
      'text',
      7,
      null,
      undefined,
      [1],
      new Uint8Array(2),
      new Map(),
      { metadata: 'mine' },
      { metadata: [] },
    ];
    for (const body of bodies) {
      const before = structuredClone(body);
      assert.equal(injectEnvelope(body, context(1)), body);
      assert.deepEqual(body, before);
    }
  });

  test('what is no context is misuse', () => {
    for (const body of [{}, 'text']) {
      assert.throws(() => injectEnvelope(body, { ...context(1), traceId: 'x' }), {
        code: 'invalid_span_context',
      });
    }
  });
});

describe('attributes of SQS and SNS', () => {
  const base64 = Buffer.from(ONE).toString('base64');
  test('the type says what the value is', () => {
    assert.equal(
      which({ MessageAttributes: { traceparent: { DataType: 'String.custom', StringValue: ONE } } }, sqs),
      spanId(1),
    );
    assert.equal(which({ traceparent: { StringValue: ONE } }, sqs), spanId(1), 'the attributes themselves');
    assert.equal(
      which({ Sns: { MessageAttributes: { traceparent: { Type: 'Binary', Value: base64 } } } }, lambdaSns),
      spanId(1),
    );
    assert.equal(
      reason({ Sns: { MessageAttributes: { traceparent: { Type: 'String', Value: base64 } } } }, lambdaSns),
      'bad_version',
    );
    const binary = { dataType: 'Binary', binaryValue: base64 };
    assert.equal(which({ messageAttributes: { traceparent: binary } }, lambdaSqs), spanId(1));
    const labelled = { ...binary, dataType: 'Binary.custom' };
    assert.equal(which({ messageAttributes: { traceparent: labelled } }, lambdaSqs), spanId(1));
    assert.equal(
      reason({ messageAttributes: { traceparent: { ...binary, binaryValue: 'not base64' } } }, lambdaSqs),
      'bad_length',
    );
    const unpadded = { ...binary, binaryValue: base64.replaceAll('=', '') };
    assert.equal(reason({ messageAttributes: { traceparent: unpadded } }, lambdaSqs), 'bad_version');
  });

  test('the reader of one does not read the other', () => {
    assert.equal(
      reason({ MessageAttributes: { traceparent: { Type: 'String', Value: ONE } } }, sqs),
      'missing',
    );
    assert.equal(reason({ messageAttributes: { traceparent: { StringValue: ONE } } }, lambdaSqs), 'missing');
  });

  test('an SNS envelope as body, text or object', () => {
    const envelope = {
      Type: 'Notification',
      MessageAttributes: { traceparent: { Type: 'String', Value: ONE } },
    };
    for (const message of [envelope, JSON.stringify(envelope), { Body: JSON.stringify(envelope) }]) {
      assert.equal(which(message, snsEnvelope), spanId(1));
    }
    assert.equal(reason({ Body: JSON.stringify({ traceparent: ONE }) }, snsEnvelope), 'missing');
  });

  test('attributes of SQS itself go before an envelope in the body', () => {
    const Body = JSON.stringify({ MessageAttributes: { traceparent: { Type: 'String', Value: TWO } } });
    const message = { Body, MessageAttributes: { traceparent: { DataType: 'String', StringValue: ONE } } };
    assert.equal(which(message, auto), spanId(1));
    assert.equal(which({ Body, MessageAttributes: {} }, auto), spanId(2));
  });

  test('X-Ray only where it is asked for', () => {
    const AWSTraceHeader = 'Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1';
    const record = { body: '{}', attributes: { AWSTraceHeader }, messageAttributes: {} };
    assert.equal(reason(record, lambdaSqs), 'missing');
    assert.equal(reason(record, auto), 'missing');
    assert.equal(which(record, firstOf(lambdaSqs, xray)), '53995c3f42cd8ad8');
    const both = { ...record, messageAttributes: { traceparent: { dataType: 'String', stringValue: ONE } } };
    assert.equal(which(both, firstOf(lambdaSqs, xray)), spanId(1));
  });
});

test('a list of entries is no entry of a stream', () => {
  for (const list of [
    [
      ['traceparent', ONE],
      ['tracestate', 'a=1'],
    ],
    [
      ['x', '1'],
      ['traceparent', ONE],
    ],
    ['traceparent', ONE],
    ['x', '1', 'traceparent', ONE],
    [{ x: '1' }, { traceparent: ONE }],
  ]) {
    for (const reader of [redisStream, headers, auto]) assert.equal(which(list, reader), spanId(1));
  }
});

describe('bounds', () => {
  test('an iterator that does not end', () => {
    const endless = {
      *keys() {
        for (let n = 0; ; n++) yield `k${n}`;
      },
      get: () => ONE,
    };
    assert.equal(reason({ headers: endless }, headers), 'missing');
    assert.equal(reason({ headers: endless }, auto), 'missing');
  });

  test('a named reader touches only the places it needs', () => {
    for (const { reader: name, message } of captured) {
      const touched = new Set();
      const original = message({ traceparent: ONE });
      if (Array.isArray(original) || Object.isFrozen(original)) continue;
      const spy = new Proxy(original, {
        get(target, key) {
          touched.add(String(key));
          return Reflect.get(target, key, target);
        },
      });
      if (extract(spy, carriers[name]) === undefined) continue;
      assert.ok(touched.size <= 5, `${name} reads ${[...touched]}`);
    }
  });

  test('custom with any container', () => {
    assert.equal(
      which(
        { meta: [['traceparent', ONE]] },
        custom((message) => message.meta),
      ),
      spanId(1),
    );
    assert.equal(parseTraceparent(ONE).spanId, spanId(1));
  });
});
