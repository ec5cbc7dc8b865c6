import { after, test } from 'node:test';
import { AckPolicy, jetstream, jetstreamManager } from '@nats-io/jetstream';
import { connect, headers as newHeaders } from '@nats-io/transport-node';
import { connect as connectWithNats, headers as headersOfNats } from 'nats';
import { consume } from '../../examples-js/consumers/nats.mjs';
import { consume as consumeBatch } from '../../examples-js/consumers/jetstream.mjs';
import { explain } from 'spanlink';
import { nats as reader } from 'spanlink/carriers';
import assert from 'node:assert/strict';
import { until } from './support/process.mjs';
import { assertBare, assertRead } from './support/proof.mjs';
import { nats } from './support/servers.mjs';
import { assertLinked, produce } from './support/tracing.mjs';

const servers = await nats();

function msgHdrs(make, headers) {
  const hdrs = make();
  for (const [name, value] of Object.entries(headers)) hdrs.append(name, value);
  return hdrs;
}

for (const [name, open, make] of [
  ['@nats-io/transport-node', connect, newHeaders],
  ['nats', connectWithNats, headersOfNats],
]) {
  test(`NATS with ${name}`, async () => {
    const connection = await open({ servers });
    after(() => connection.close());
    const subscription = connection.subscribe('orders');
    const received = [];
    const done = consume(subscription, (message) => {
      received.push(message);
      if (received.length === 3) subscription.unsubscribe();
    });
    const publish = (headers) => connection.publish('orders', '{}', { headers: msgHdrs(make, headers) });
    const sent = await produce(publish);
    connection.publish('orders', '{}');
    publish({ traceparent: '00-a', Traceparent: '00-b' });
    await done;
    assertRead(received[0], 'nats', sent);
    assertBare(received[1], 'nats');
    assert.equal(explain(received[2], reader).reason, 'multiple');
    await assertLinked([sent], 'process order');
  });
}

test('a header that is there twice', async () => {
  const hdrs = msgHdrs(newHeaders, { traceparent: '00-a' });
  hdrs.append('traceparent', '00-b');
  assert.equal(explain({ headers: hdrs }, reader).reason, 'multiple');
});

test('NATS JetStream', async () => {
  const connection = await connect({ servers });
  after(() => connection.close());
  const manager = await jetstreamManager(connection);
  await manager.streams.add({ name: 'ORDERS', subjects: ['order.>'] });
  await manager.consumers.add('ORDERS', { durable_name: 'workers', ack_policy: AckPolicy.Explicit });
  const stream = jetstream(connection);
  const sent = [];
  for (let order = 0; order < 2; order++) {
    sent.push(
      await produce((headers) =>
        stream.publish('order.new', '{}', { headers: msgHdrs(newHeaders, headers) }),
      ),
    );
  }
  await stream.publish('order.new', '{}');
  let messages;
  const consumer = await stream.consumers.get('ORDERS', 'workers');
  await consumeBatch(consumer, 3, (batch) => (messages = batch));
  sent.forEach((context, index) => assertRead(messages[index], 'nats', context));
  assertBare(messages[2], 'nats');
  await assertLinked(sent);
  await until('the acknowledgements', async () => (await consumer.info()).num_ack_pending === 0);
});
