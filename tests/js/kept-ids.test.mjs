// What a program keeps of a batch must not keep the batch.
import assert from 'node:assert/strict';
import test from 'node:test';
import v8 from 'node:v8';
import vm from 'node:vm';
import { linkBatch } from 'spanlink';
import { headers, kafka } from 'spanlink/carriers';

v8.setFlagsFromString('--expose_gc');
const collect = vm.runInNewContext('gc');

const MESSAGES = 512;
const BATCHES = 400;
/** One id in so many is kept. */
const EVERY = 256;

function header(batch, index) {
  const ids = (batch * MESSAGES + index + 1).toString(16).padStart(48, '0');
  return Buffer.from(`00-${ids.slice(0, 31)}a-${ids.slice(32)}-01`);
}

const kinds = {
  text: { reader: headers, value: (bytes) => bytes.toString('latin1'), most: 600 },
  // One text for the ids of 16 links.
  Buffers: { reader: kafka, value: (bytes) => bytes, most: 1600 },
};

/** Some ids of a batch whose messages are gone. */
function keptIds({ reader, value }, batch) {
  const messages = Array.from({ length: MESSAGES }, (_, index) => ({
    headers: { traceparent: value(header(batch, index)) },
  }));
  const { links } = linkBatch(messages, { reader, maxLinks: MESSAGES });
  return links.filter((_, index) => index % EVERY === 0).map(({ context }) => context.traceId);
}

function heapInUse() {
  collect();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

for (const [name, kind] of Object.entries(kinds)) {
  test(`ids kept from a batch of ${name} do not keep the batch`, () => {
    // Whatever the engine makes once is made by then.
    for (let batch = 0; batch < 20; batch++) keptIds(kind, batch);
    const kept = [];
    const before = heapInUse();
    for (let batch = 0; batch < BATCHES; batch++) kept.push(...keptIds(kind, batch));
    const bytes = (heapInUse() - before) / kept.length;
    // The texts of a batch are 28 KB, and two of its ids are kept.
    assert.ok(bytes < kind.most, `${bytes} bytes an id`);
  });
}
