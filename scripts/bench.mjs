// `npm run bench`: builds, installs the peers, then measures in a project that depends on the packed package.
//
// After `--`: nothing for a full run, which takes several minutes and renews docs/bench.json and the picture that the
// README shows; `--quick` for one under two minutes, which writes to .tmp/bench; `--smoke` for seconds, which times
// nothing to speak of, tells no figure, and only asserts that all results are equal.
import path from 'node:path';
import { makeConsumer } from './consumer.mjs';
import { main } from './main.mjs';
import { inRoot, scratch } from './paths.mjs';
import { must } from './run.mjs';
import { installPackages } from './setup.mjs';

const MODES = { '--quick': 'quick', '--smoke': 'smoke' };

/** Runs the benchmark; the package must have been built. Throws where results differ. */
export async function runBench(mode, options) {
  await installPackages(inRoot('bench'));
  const consumer = await makeConsumer('bench');
  const out = mode === 'full' ? inRoot('docs') : path.join(scratch, 'bench');
  const program = path.join(consumer, 'bench', 'main.mjs');
  return must(process.execPath, ['--expose-gc', program, out, mode], { cwd: consumer, ...options });
}

await main(import.meta, async ([option]) => {
  if (option !== undefined && !MODES[option]) {
    throw new Error(`${option} is not one of ${Object.keys(MODES).join(', ')}`);
  }
  await must(process.execPath, [inRoot('scripts', 'build.mjs')]);
  await runBench(MODES[option] ?? 'full');
});
