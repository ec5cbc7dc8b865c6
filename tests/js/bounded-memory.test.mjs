// What is bounded stays so: a table within its limits, however much is offered beyond them; memory that served a burst,
// or joins that are gone, serves the next. Measured is the memory of the WebAssembly instance.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const PROGRAM = fileURLToPath(new URL('./support/memory-uses.mjs', import.meta.url));
const PAGE = 65_536;

/** What a use of its own process finds. */
async function use(name, options = {}) {
  const { stdout } = await promisify(execFile)(process.execPath, [PROGRAM, name, JSON.stringify(options)]);
  return JSON.parse(stdout);
}

/** Whether the memory is the same, but for a few percent that the allocator may break off. */
function assertNotGrown(now, before, percent = 3) {
  const limit = before + Math.max(PAGE, (before * percent) / 100);
  assert.ok(now <= limit, `${now} bytes, ${before} before`);
}

const MILLION = 1_000_000;

/** Tables that are full before the last part begins: from then on, they must not take more. */
const FULL = {
  'a million, then a million that are rejected': {
    ...{ key: 'uuid', part: MILLION, parts: 2 },
    ...{ maxPending: MILLION, maxBytes: 130e6, onFull: 'reject' },
  },
  'a million, then a million that evict them': {
    ...{ key: 'uuid', part: MILLION, parts: 2 },
    ...{ maxPending: MILLION, maxBytes: 130e6, maxTombstones: 0, onFull: 'evictOldest' },
  },
  'evicting for their bytes': {
    ...{ key: 'uuid', part: 150_000, parts: 3, drains: true },
    ...{ maxPending: MILLION, maxBytes: 10e6, onFull: 'evictOldest' },
  },
  'keys of any length, rejected for their bytes': {
    ...{ key: 'text', part: 100_000, parts: 2 },
    ...{ maxPending: MILLION, maxBytes: 10e6, onFull: 'reject' },
  },
  'keys of any length, evicting for their bytes': {
    ...{ key: 'text', part: 100_000, parts: 3 },
    ...{ maxPending: MILLION, maxBytes: 10e6, onFull: 'evictOldest' },
  },
  'keys of any length, evicting for their number, and none remembered': {
    ...{ key: 'text', part: 100_000, parts: 3 },
    ...{ maxPending: 50_000, maxTombstones: 0, onFull: 'evictOldest' },
  },
  'keys of any length, evicting for their number, and all remembered': {
    ...{ key: 'text', part: 100_000, parts: 3 },
    ...{ maxPending: 50_000, onFull: 'evictOldest' },
  },
  'the same, few remembered, and handed out now and then': {
    ...{ key: 'text', part: 100_000, parts: 3, drains: true },
    ...{ maxPending: 50_000, maxTombstones: 1000, onFull: 'evictOldest' },
  },
};

// Two at a time: each is a process of its own.
const TWO = { concurrency: 2 };

describe('a table that is full', TWO, () => {
  for (const [name, options] of Object.entries(FULL)) {
    test(name, async () => {
      const { memory, most, counted, stats, left } = await use('joins', options);
      const { part, parts, onFull } = options;
      const { maxPending, maxTombstones = maxPending, maxBytes = Infinity } = options;
      const isWithin =
        most.pending <= maxPending && most.tombstones <= maxTombstones && most.bytes <= maxBytes;
      assert.ok(isWithin, JSON.stringify(most));
      assert.ok(most.pending === maxPending || most.bytes > maxBytes * 0.999, 'it was full');

      const { offered, arrivals, completed, redelivered, duplicates, late, conflicts, rejected } = stats;
      assert.equal(offered, part * parts);
      assert.equal(
        offered,
        arrivals + completed + redelivered + duplicates + late + conflicts + rejected,
        'every offer is counted once',
      );
      assert.deepEqual([arrivals, rejected], [counted.pending, counted.rejected], 'as it was answered');
      assert.equal(arrivals, stats.pending + stats.evicted, 'what is not there was evicted');
      assert.equal(
        stats.evicted,
        counted.handedOut + left + stats.undelivered,
        'and came out, or is counted',
      );
      assert.ok(
        onFull === 'reject' ? rejected > 0 && stats.evicted === 0 : rejected === 0 && stats.evicted > 0,
      );

      const [now, before] = memory.reverse();
      assertNotGrown(now, before);
      assert.ok(now <= most.bytes * 1.3, `${now} bytes taken, ${most.bytes} told`);
    });
  }
});

test('the memory grows in steps, of a sixteenth at the most', async () => {
  // The host takes each growth for garbage as large as all of the memory.
  const { times, taken, told } = await use('growths', { joins: 300_000 });
  assert.ok(times < 80, `${times} growths`);
  assert.ok(taken < told * 1.2, `${taken} bytes taken, ${told} told`);
});

describe('what served once serves again', TWO, () => {
  const BURSTS = ['messages', 'links', 'long texts', 'long bytes', 'long lists', 'a long list', 'rejected'];
  for (const burst of BURSTS) {
    test(`a burst: ${burst}`, async () => {
      const { memory } = await use('burst', { burst });
      for (const now of memory) assertNotGrown(now, memory[0], 0);
    });
  }

  test('all bursts, one after the other', async () => {
    const { memory } = await use('bursts', { names: BURSTS });
    // The first round leaves holes of other sizes than it found.
    assertNotGrown(memory.at(-1), memory[1]);
  });

  for (const burst of ['messages', 'links']) {
    test(`the room of a burst serves a table: ${burst}`, async () => {
      const { memory } = await use('handed on', { burst });
      assertNotGrown(memory[1], memory[0], 0);
    });
  }

  test('batch after batch of spans that were never seen before', async () => {
    const { memory } = await use('batches');
    assertNotGrown(memory.at(-1), memory[0], 0);
  });

  test('message after message', async () => {
    const { memory } = await use('messages');
    assertNotGrown(memory.at(-1), memory[0], 0);
  });

  for (const by of ['forget', 'settle and retention', 'timeout and retention']) {
    for (const key of ['uuid', 'text']) {
      test(`a table emptied by ${by}: ${key} keys`, async () => {
        const { memory, held } = await use('emptied', { by, key });
        assert.deepEqual(held, [0, 0, 0, 0], 'nothing is left in it');
        assertNotGrown(memory.at(-1), memory[0], 10);
      });
    }
  }

  test('table after table that is freed', async () => {
    const { memory } = await use('freed');
    assertNotGrown(memory.at(-1), memory[0]);
  });
});
