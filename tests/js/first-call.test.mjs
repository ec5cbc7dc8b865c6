// Room is made when it is first needed: whatever a program calls first, there is some.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { describe, test } from 'node:test';
import { Worker } from 'node:worker_threads';
import './support/wasm-memory.mjs';
import { calls } from './support/calls-inside.mjs';

/** Makes a call in a thread of its own. Gives by how many bytes the memory grew. */
async function callFirst(name, isFull) {
  const worker = new Worker(new URL('./support/first-call.mjs', import.meta.url), {
    workerData: { name, isFull },
  });
  // An error in the thread rejects.
  const [[grown], [code]] = await Promise.all([once(worker, 'message'), once(worker, 'exit')]);
  assert.equal(code, 0);
  return grown;
}

describe('the first call of a program', () => {
  for (const name of Object.keys(calls)) test(name, () => callFirst(name, false));
});

describe('the first call of a program, in a memory that has to grow for it', () => {
  const grown = {};
  for (const name of Object.keys(calls)) {
    test(name, async () => {
      grown[name] = await callFirst(name, true);
    });
  }

  test('it does grow', () => {
    for (const name of ['linkBatch', 'FanIn.offer', 'FanIn.offerMany']) {
      assert.ok(grown[name] > 0, `${name}: ${grown[name]} bytes more`);
    }
  });
});
