// Every example runs as a user would run it, and prints the lines it is there to show.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const FOLDER = fileURLToPath(new URL('../../examples-js/', import.meta.url));

const PROMISED = {
  'basic-link.mjs': [
    'span process_order',
    'order.id: A-1001',
    'link to publish order.placed {"link.relationship":"triggered_by","link.event_type":"order.placed"}',
  ],
  'fan-in.mjs': [
    'A-1: payment arrived, pending, missing inventory',
    'A-2: inventory arrived, pending, missing payment',
    'span fulfill_order',
    'fulfillment.trigger_count: 2',
    'link to publish payment {"link.relationship":"payment_confirmation"}',
    'link to publish inventory {"link.relationship":"inventory_reservation"}',
  ],
  'fan-out.mjs': [
    'span email consumer',
    'span loyalty consumer',
    'span analytics consumer',
    'link to publish order.fulfilled {"link.relationship":"notifies"}',
    'link to publish order.fulfilled {"link.relationship":"rewards"}',
    'link to publish order.fulfilled {"link.relationship":"measures"}',
  ],
  'extraction.mjs': [
    /^present: span [0-9a-f]{16} of trace [0-9a-f]{32}$/m,
    'absent: missing',
    'without metadata: missing',
    'cut short: bad_length',
  ],
  'batch.mjs': [
    'span process orders',
    'batch.size: 5',
    'batch.link_count: 3',
    'link to publish order.placed {"event.id":"evt-1"}',
    'link to publish order.paid {"event.id":"evt-2"}',
    'link to publish order.shipped {"event.id":"evt-5"}',
  ],
};

const examples = readdirSync(FOLDER).filter((name) => name.endsWith('.mjs'));

test('every pattern has its example, and every example says what it shows', () => {
  assert.deepEqual(examples.sort(), Object.keys(PROMISED).sort());
});

for (const name of examples) {
  test(`${name} runs and shows what it promises`, () => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [path.join(FOLDER, name)], {
      encoding: 'utf8',
      timeout: 30_000,
    });
    assert.equal(status, 0, stderr);
    assert.equal(stderr, '');
    const lines = stdout.split('\n').map((line) => line.trim());
    for (const promised of PROMISED[name]) {
      if (promised instanceof RegExp) assert.match(stdout, promised);
      else assert.ok(lines.includes(promised), `no line ${promised} in\n${stdout}`);
    }
  });
}
