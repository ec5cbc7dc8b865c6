// What the loops to copy do with a batch beside its span. With real clients they run in tests/services.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { consume } from '../../examples-js/consumers/rdkafka.mjs';

test('node-rdkafka: of a batch, the last message of each partition is committed', async () => {
  const places = [
    ['orders', 0, 7],
    ['orders', 1, 3],
    ['refunds', 0, 5],
    ['orders', 0, 8],
  ];
  const batch = places.map(([topic, partition, offset]) => ({ topic, partition, offset, headers: [] }));
  const committed = [];
  const consumer = {
    consume: (_, done) => done(undefined, batch),
    commitMessageSync: ({ topic, partition, offset }) => committed.push([topic, partition, offset].join()),
  };
  const handled = [];
  await consume(consumer, (messages) => handled.push(...messages));
  assert.deepEqual(handled, batch);
  assert.deepEqual(committed.sort(), ['orders,0,8', 'orders,1,3', 'refunds,0,5']);
});
