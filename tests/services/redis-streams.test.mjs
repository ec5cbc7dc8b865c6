import { test } from 'node:test';
import assert from 'node:assert/strict';
import { Redis } from 'ioredis';
import { createClient } from 'redis';
import { consume as consumeWithRedis } from '../../examples-js/consumers/redis-streams.mjs';
import { consume as consumeWithIoredis } from '../../examples-js/consumers/ioredis-streams.mjs';
import { assertBare, assertRead } from './support/proof.mjs';
import { redis } from './support/servers.mjs';
import { assertLinked, produce } from './support/tracing.mjs';

const port = await redis();

/** Adds two entries with a context and one without. Gives the senders' contexts. */
async function fill(client, stream, add) {
  const sent = [];
  for (const order of ['1', '2']) sent.push(await produce((headers) => add(stream, { order, ...headers })));
  await add(stream, { order: '3' });
  return sent;
}

async function proveEntries(entries, sent) {
  assert.equal(entries.length, 3);
  sent.forEach((context, index) => assertRead(entries[index], 'redisStream', context));
  assertBare(entries[2], 'redisStream');
  await assertLinked(sent);
}

for (const RESP of [2, 3]) {
  test(`Redis Streams with node-redis, RESP ${RESP}`, async () => {
    const client = await createClient({ url: `redis://127.0.0.1:${port}`, RESP }).connect();
    try {
      const stream = `orders-${RESP}`;
      const sent = await fill(client, stream, (key, fields) => client.xAdd(key, '*', fields));
      await client.xGroupCreate(stream, 'workers', '0');
      let entries;
      await consumeWithRedis(client, stream, 'workers', (batch) => (entries = batch));
      await proveEntries(entries, sent);
      assert.equal((await client.xPending(stream, 'workers')).pending, 0, 'acknowledged');
    } finally {
      client.destroy();
    }
  });
}

test('Redis Streams with ioredis, texts and Buffers', async () => {
  const client = new Redis(port, '127.0.0.1');
  try {
    const add = (key, fields) => client.xadd(key, '*', ...Object.entries(fields).flat());
    const sent = await fill(client, 'orders', add);
    await client.xgroup('CREATE', 'orders', 'workers', '0');
    let entries;
    await consumeWithIoredis(client, 'orders', 'workers', (batch) => (entries = batch));
    await proveEntries(entries, sent);
    assert.equal((await client.xpending('orders', 'workers'))[0], 0, 'acknowledged');
    const [[, inBuffers]] = await client.xreadBuffer('COUNT', 10, 'STREAMS', 'orders', '0');
    await proveEntries(inBuffers, sent);
  } finally {
    client.disconnect();
  }
});
