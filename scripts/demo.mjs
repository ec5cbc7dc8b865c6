// `npm run demo`: builds, then runs the demonstration with the arguments given after `--`.
import { spawnSync } from 'node:child_process';
import { main } from './main.mjs';
import { inRoot } from './paths.mjs';
import { must } from './run.mjs';

await main(import.meta, async (args) => {
  await must(process.execPath, [inRoot('scripts', 'build.mjs')]);
  // It has the terminal to itself: its progress is one line that changes, and its exit code is ours.
  const demo = spawnSync(process.execPath, [inRoot('examples-js', 'demo', 'main.mjs'), ...args], {
    stdio: 'inherit',
  });
  process.exitCode = demo.status ?? 1;
});
