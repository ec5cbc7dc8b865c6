// Runs the tests of a folder with `node --test`, in a consumer's project.
import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { judged, ofTap } from './counts.mjs';
import { run } from './run.mjs';

/** The files of a folder that end so, sorted. */
export const filesEnding = (folder, end) =>
  readdirSync(folder)
    .filter((name) => name.endsWith(end))
    .sort()
    .map((name) => path.join(folder, name));

/**
 * Runs every `.test.mjs` of a folder of the project, or those of `names`, and counts. `args` are for Node, such as
 * `--test-concurrency=1`; `node` is another Node than this; other options are those of `run`.
 */
export async function runNodeTests(
  consumer,
  folder,
  { args = [], names, node = process.execPath, ...options } = {},
) {
  const all = filesEnding(path.join(consumer, folder), '.test.mjs');
  const tests = all.filter((file) => names?.includes(path.basename(file, '.test.mjs')) ?? true);
  // Without a file, `node --test` would look for tests by itself.
  if (tests.length === 0) return judged(0, { passed: 0, failed: 0, skipped: 0 });
  const tap = path.join(consumer, 'results.tap');
  const toScreen = ['--test-reporter', 'spec', '--test-reporter-destination', 'stdout'];
  const toFile = ['--test-reporter', 'tap', '--test-reporter-destination', tap];
  const result = await run(node, ['--test', ...args, ...toScreen, ...toFile, ...tests], {
    cwd: consumer,
    ...options,
  });
  return judged(result.code, ofTap(readFileSync(tap, 'utf8')));
}
