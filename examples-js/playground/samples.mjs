// Messages to begin with, as their clients deliver them.

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const header = (span, flags = '01', trace = TRACE) => `00-${trace}-${span}-${flags}`;
const buffer = (text) => ({ type: 'Buffer', data: [...new TextEncoder().encode(text)] });
const attribute = (StringValue) => ({ DataType: 'String', StringValue });

export const samples = {
  'a batch of many kinds': [
    { topic: 'orders', offset: '7', headers: { traceparent: buffer(header('00f067aa0ba902b7')) } },
    { topic: 'orders', offset: '8', headers: { traceparent: header('00f067aa0ba902b7') } },
    {
      topic: 'orders',
      offset: '9',
      headers: { traceparent: header('b7ad6b7169203331', '00'), tracestate: 'rojo=1, congo=2' },
    },
    { topic: 'orders', offset: '10', headers: { traceparent: header('0000000000000000') } },
    { topic: 'orders', offset: '11', headers: {} },
    {
      topic: 'orders',
      offset: '12',
      headers: { traceparent: [header('b7ad6b7169203331'), header('00f067aa0ba902b7')] },
    },
  ],
  'SQS, and SNS in it': [
    {
      MessageId: 'm1',
      Body: '{}',
      MessageAttributes: { traceparent: attribute(header('00f067aa0ba902b7')) },
    },
    {
      MessageId: 'm2',
      Body: JSON.stringify({
        Type: 'Notification',
        MessageAttributes: { traceparent: { Type: 'String', Value: header('b7ad6b7169203331') } },
      }),
    },
  ],
  RabbitMQ: [
    {
      fields: { routingKey: 'orders' },
      properties: { headers: { traceparent: header('00f067aa0ba902b7') } },
    },
  ],
  'Pub/Sub': [{ id: 'm1', attributes: { googclient_traceparent: header('00f067aa0ba902b7') } }],
  'Redis Streams': [
    ['1-0', ['traceparent', header('00f067aa0ba902b7')]],
    { id: '2-0', message: { traceparent: header('b7ad6b7169203331') } },
  ],
  'a CloudEvent, and the request that brought one': [
    {
      specversion: '1.0',
      id: 'e1',
      source: '/shop',
      type: 'order.placed',
      traceparent: header('00f067aa0ba902b7'),
    },
    {
      headers: {
        traceparent: header('ffffffffffffffff', '01', 'f'.repeat(32)),
        'ce-specversion': '1.0',
        'ce-traceparent': header('b7ad6b7169203331'),
      },
    },
  ],
  'an envelope in the body': [
    { id: 'm1', attempts: 1, body: { orderId: 'o1', metadata: { traceparent: header('00f067aa0ba902b7') } } },
  ],
};
