import { after, test } from 'node:test';
import assert from 'node:assert/strict';
import mqtt from 'mqtt';
import { explain } from 'spanlink';
import { mqtt as reader } from 'spanlink/carriers';
import { consume } from '../../examples-js/consumers/mqtt.mjs';
import { until } from './support/process.mjs';
import { assertBare, assertRead } from './support/proof.mjs';
import { mosquitto } from './support/servers.mjs';
import { assertLinked, produce } from './support/tracing.mjs';

test('MQTT 5 through Mosquitto', async () => {
  const client = await mqtt.connectAsync(await mosquitto(), { protocolVersion: 5 });
  after(() => client.endAsync(true));
  const packets = [];
  consume(client, (_payload, packet) => packets.push(packet));
  await client.subscribeAsync('orders');
  const publish = (userProperties) =>
    client.publishAsync('orders', '{}', userProperties ? { properties: { userProperties } } : {});
  const sent = await produce(publish);
  await publish(undefined);
  await publish({ traceparent: ['00-a', '00-b'] });
  await until('three messages', () => packets.length === 3);
  assertRead(packets[0], 'mqtt', sent);
  assertRead(packets[0].properties, 'mqtt', sent);
  assertBare(packets[1], 'mqtt');
  assert.equal(explain(packets[2], reader).reason, 'multiple');
  await assertLinked([sent], 'process order');
});
