// Processes: every Node, Bun, Deno, a worker thread.
import { describe, test } from 'node:test';
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { assertScenario, consumer, installed, missing, run } from './support/consumer.mjs';

const runs = async (command, ...args) => assertScenario(await run(command, args));

describe('Node', () => {
  for (const major of [18, 20, 22, 24, 26]) {
    const node = installed(`node-${major}`, 'bin', 'node');
    const options = { skip: missing(node) };
    test(`Node ${major}: ES module`, options, () => runs(node, consumer('main.mjs')));
    test(`Node ${major}: CommonJS`, options, () => runs(node, consumer('main.cjs')));
    test(`Node ${major}: both in one process`, options, () => runs(node, consumer('both.mjs')));
  }

  test('a worker thread', async () => {
    const worker = new Worker(consumer('thread.mjs'));
    const [line] = await once(worker, 'message');
    assertScenario(line);
    await worker.terminate();
  });
});

const bun = installed('@oven/bun-linux-x64', 'bin', 'bun');
test('Bun: ES module', { skip: missing(bun) }, () => runs(bun, 'run', consumer('main.mjs')));
test('Bun: CommonJS', { skip: missing(bun) }, () => runs(bun, 'run', consumer('main.cjs')));

const deno = installed('@deno/linux-x64-glibc', 'deno');
for (const [kind, program] of [
  ['ES module', 'main.mjs'],
  ['CommonJS', 'main.cjs'],
]) {
  test(`Deno, without permissions: ${kind}`, { skip: missing(deno) }, async () => {
    const args = ['run', '--no-prompt', '--node-modules-dir=manual', '--cached-only'];
    const output = await run(deno, [...args, consumer(program)]);
    assertScenario(output);
    assert.doesNotMatch(output, /permission/i);
  });
}
