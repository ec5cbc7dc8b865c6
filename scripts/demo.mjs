// `npm run demo`: builds, then runs the demonstration with the arguments given after `--`.
import { main } from './main.mjs';
import { inRoot } from './paths.mjs';
import { must } from './run.mjs';

await main(import.meta, async (args) => {
  await must(process.execPath, [inRoot('scripts', 'build.mjs')]);
  await must(process.execPath, [inRoot('examples-js', 'demo', 'main.mjs'), ...args]);
});
