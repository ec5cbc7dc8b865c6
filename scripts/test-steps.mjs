// What `npm test` checks, in this order. Each step returns how many of its checks passed and failed.
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { runBench } from './bench.mjs';
import {
  boundaryHolds,
  languagesAgree,
  packageIsClean,
  publishedFiles,
  tableIsTrue,
  versionsAgree,
} from './checks.mjs';
import { makeConsumer } from './consumer.mjs';
import { add, judged, ofCargoTest, ofNextest, one } from './counts.mjs';
import { entries, subpath } from './entries.mjs';
import { filesEnding, runNodeTests } from './node-tests.mjs';
import { inRoot, nodeModules } from './paths.mjs';
import { ask, must, run, toolEnv } from './run.mjs';
import { runReleaseTests } from './release-tests.mjs';
import { runSdkTests } from './sdk-tests.mjs';
import { runServiceTests } from './service-tests.mjs';
import { runPackageTests } from './package-tests.mjs';
import { runSnippets } from './snippets.mjs';
import { isAtLeast, leastNodeOfPeers } from './versions.mjs';
import { runWasmTests } from './wasm-tests.mjs';

const WASM = ['--target', 'wasm32-unknown-unknown'];

const succeeds = async (command, args, options) => one((await run(command, args, options)).code === 0);

const node = (program, args, options) => succeeds(process.execPath, [program, ...args], options);

async function holds(check) {
  const faults = await check();
  faults.forEach((fault) => console.error(fault));
  return one(faults.length === 0);
}

async function published() {
  await built();
  // Imported only now: it needs what the set-up installs.
  const { exportsAreDocumented } = await import('./documented.mjs');
  return add(await Promise.all([packageIsClean, publishedFiles, exportsAreDocumented].map(holds)));
}

async function sizes() {
  await built();
  // Imported only now: it needs what the set-up installs.
  const { overBudget } = await import('./sizes.mjs');
  return holds(overBudget);
}

/** Does something once, however often it is asked for, also when it failed. */
function once(work) {
  let result;
  return () => (result ??= work());
}

const built = once(() => must(process.execPath, [inRoot('scripts', 'build.mjs')]));

const consumer = once(async () => {
  await built();
  return makeConsumer();
});

async function clippy() {
  const strict = ['--', '-D', 'warnings'];
  const variants = [['--all-features'], ['--no-default-features'], [...WASM, '--no-default-features']];
  const all = [];
  for (const variant of variants) {
    all.push(await succeeds('cargo', ['clippy', '--all-targets', ...variant, ...strict]));
  }
  return add(all);
}

async function rustTests() {
  if (ask('cargo', ['nextest', '--version']) !== undefined) {
    const result = await run('cargo', ['nextest', 'run', '--all-features', '--no-fail-fast']);
    return judged(result.code, ofNextest(result.output));
  }
  const result = await run('cargo', ['test', '--all-features', '--tests', '--no-fail-fast']);
  return judged(result.code, ofCargoTest(result.output));
}

async function docTests() {
  const result = await run('cargo', ['test', '--doc', '--all-features']);
  return judged(result.code, ofCargoTest(result.output));
}

const jsTests = async () => runNodeTests(await consumer(), 'tests/js');

// The names a program finds at run time must be those the types promise: neither more nor fewer.
async function writeDriftTest(cwd) {
  const lines = [];
  for (const [index, entry] of entries.entries()) {
    const name = path.posix.join('spanlink', subpath(entry));
    const file = path.join(cwd, 'node_modules', 'spanlink', 'node', `${entry}.mjs`);
    const found = Object.keys(await import(pathToFileURL(file).href));
    // The entry that bundlers and other runtimes take.
    const esm = path.join(cwd, 'node_modules', 'spanlink', 'esm', `${entry}.js`);
    const inEsm = Object.keys(await import(pathToFileURL(esm).href));
    if (found.join() !== inEsm.join())
      throw new Error(`${name} exports ${found} to Node, and ${inEsm} to others`);
    lines.push(
      `import * as entry${index} from '${name}';`,
      `export const names${index}: Record<keyof typeof entry${index}, true> = {`,
      ...found.map((each) => `  ${each}: true,`),
      '};',
    );
  }
  writeFileSync(path.join(cwd, 'tests', 'types', 'drift.ts'), `${lines.join('\n')}\n`);
}

async function typeTests() {
  const cwd = await consumer();
  await writeDriftTest(cwd);
  const tsc = path.join(nodeModules, 'typescript', 'bin', 'tsc');
  const all = [];
  for (const project of filesEnding(path.join(cwd, 'tests', 'types'), '.json')) {
    console.log(`tsc --project ${path.relative(cwd, project)}`);
    all.push(await node(tsc, ['--project', project], { cwd }));
  }
  return add(all);
}

async function benchAgrees() {
  await runBench('smoke', { quiet: true });
  return one(true);
}

/** Steps whose peers an older Node does not run. */
const WITH_PEERS = ['matrix', 'services'];

function skipped(name) {
  const needed = leastNodeOfPeers.join('.');
  console.log(`skipped: ${name} needs Node ${needed}: run \`npm test -- --only ${name}\` with it`);
  return { passed: 0, failed: 0, skipped: 1 };
}

const prettier = path.join(nodeModules, 'prettier', 'bin', 'prettier.cjs');
const rustdoc = { env: toolEnv({ RUSTDOCFLAGS: '-D warnings' }) };

export const steps = [
  ['versions', 'one version, and a changelog for it', () => holds(versionsAgree)],
  ['table', 'the README names the clients that are tested', () => holds(tableIsTrue)],
  ['boundary', 'only src/wasm/ knows wasm-bindgen', () => holds(boundaryHolds)],
  ['languages', 'what is written in Rust and in JavaScript is the same', () => holds(languagesAgree)],
  ['rust-format', 'cargo fmt', () => succeeds('cargo', ['fmt', '--check'])],
  ['rust-clippy', 'clippy on the host, with and without features, and on wasm32', clippy],
  ['rust-tests', 'unit and integration tests', rustTests],
  ['rust-doctests', 'examples in the documentation', docTests],
  ['rust-docs', 'cargo doc', () => succeeds('cargo', ['doc', '--no-deps', '--all-features'], rustdoc)],
  ['wasm-tests', 'wasm-pack, in Node and in a browser', runWasmTests],
  ['build', 'the wasm and the npm package', () => built().then(() => one(true))],
  ['package', 'what is published is clean, known and documented', published],
  ['sizes', 'no part is larger than its budget', sizes],
  ['crate', 'cargo package', () => succeeds('cargo', ['package', '--allow-dirty', '--quiet'])],
  ['js-format', 'prettier', () => node(prettier, ['--check', '.'])],
  ['js-tests', 'node --test, on the packed package', jsTests],
  ['types', 'tsc --strict, on the packed package', typeTests],
  ['sdks', 'other lines of the OpenTelemetry SDK', () => built().then(runSdkTests)],
  ['bench', 'the benchmark finds equal results, timing nothing', () => built().then(benchAgrees)],
  ['snippets', 'every README snippet prints what it says', async () => runSnippets(await consumer())],
  ['matrix', 'every runtime and bundler, on the packed package', () => built().then(runPackageTests)],
  [
    'release',
    'what a release refuses, and that builds are reproducible',
    () => built().then(runReleaseTests),
  ],
  ['services', 'real servers and real clients, on the packed package', () => built().then(runServiceTests)],
].map(([name, title, work]) => {
  const canRun = isAtLeast(leastNodeOfPeers) || !WITH_PEERS.includes(name);
  return { name, title, work: canRun ? work : () => skipped(name) };
});
