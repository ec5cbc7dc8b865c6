// Growth may come with any call, and detaches every view of the memory: here it comes with all of them.
import { timesGrown } from './support/growing-memory.mjs';
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { calls } from './support/calls-inside.mjs';
import { assertStillGood } from './support/known-good.mjs';

describe('the memory grows in every call', () => {
  // Some see to it themselves, and ask an instance how much it grew.
  const others = Object.entries(calls).filter(([name]) => !name.endsWith('the memory grows'));
  for (const [name, call] of others) {
    test(name, () => {
      const before = timesGrown();
      call();
      call();
      assertStillGood();
      assert.ok(timesGrown() > before, 'it grew');
    });
  }
});

// And what the package promises holds there too.
for (const promised of ['beyond-w3c', 'carriers', 'fan-in', 'link-batch', 'links', 'trace-context']) {
  await import(`./${promised}.test.mjs`);
}
