// The packed package in every runtime and bundler, and the playground: installs what tests/packages needs, and runs it.
import { existsSync } from 'node:fs';
import path from 'node:path';
import { makeConsumer } from './consumer.mjs';
import { add, one } from './counts.mjs';
import { installDebian, programOf } from './debian.mjs';
import { runNodeTests } from './node-tests.mjs';
import { inRoot } from './paths.mjs';
import { servePlayground } from './playground.mjs';
import { run, toolEnv } from './run.mjs';
import { installPackages } from './setup.mjs';
import { tarball } from './tarball.mjs';

const TESTS = 'tests/packages';
const folder = inRoot(TESTS);

async function tool(name, file, args) {
  const { code, output } = await run(process.execPath, [path.join(folder, 'node_modules', file), ...args], {
    quiet: true,
  });
  console.log(`${code === 0 ? 'ok' : 'not ok'} ${name}`);
  if (code !== 0) console.error(output);
  return one(code === 0);
}

/** Runs all JavaScript tests on a Node of the other kind than this: from 22 on, text is written in another way. */
async function onOtherNode(consumer) {
  const major = Number.parseInt(process.versions.node) < 22 ? 24 : 20;
  const other = path.join(folder, 'node_modules', `node-${major}`, 'bin', 'node');
  if (!existsSync(other)) {
    console.log(`skipped: no Node ${major} for this platform: run \`npm test -- --only js-tests\` with one`);
    return { skipped: 1 };
  }
  console.log(`all JavaScript tests on Node ${major}`);
  return runNodeTests(consumer, 'tests/js', { node: other, quiet: true });
}

/** Runs the matrix, and what checks the package as it is published. */
export async function runPackageTests() {
  await installPackages(folder, ['--ignore-scripts']);
  const withoutChromium = await installDebian('chromium');
  if (withoutChromium !== undefined) console.log(`without a browser: to enable it, ${withoutChromium}`);
  const consumer = await makeConsumer(TESTS);
  const playground = await servePlayground();
  const env = toolEnv({
    SPANLINK_PLAYGROUND: playground.url,
    SPANLINK_CHROMIUM: programOf('chromium'),
  });
  const counts = add([
    await tool('publint --strict', 'publint/src/cli.js', [
      '--strict',
      path.join(consumer, 'node_modules', 'spanlink'),
    ]),
    await tool('attw, for every `moduleResolution`', '@arethetypeswrong/cli/dist/index.js', [tarball()]),
    await onOtherNode(consumer),
    await runNodeTests(consumer, TESTS, { args: ['--test-concurrency=2', '--test-timeout=180000'], env }),
  ]);
  playground.close();
  return counts;
}
