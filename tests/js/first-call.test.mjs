// Room is made when it is first needed: whatever a program calls first, there is some.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { describe, test } from 'node:test';
import { Worker } from 'node:worker_threads';
import './support/wasm-memory.mjs';
import { calls } from './support/calls-inside.mjs';

describe('the first call of a program', () => {
  for (const name of Object.keys(calls)) {
    test(name, async () => {
      const worker = new Worker(new URL('./support/first-call.mjs', import.meta.url), { workerData: name });
      // An error in the thread rejects.
      const [code] = await once(worker, 'exit');
      assert.equal(code, 0);
    });
  }
});
