// Real servers and real clients: installs what each family of tests/services needs, and runs those that have it.
import { cpSync, existsSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { makeConsumer } from './consumer.mjs';
import { add } from './counts.mjs';
import { installDebian } from './debian.mjs';
import { filesEnding, runNodeTests } from './node-tests.mjs';
import { inRoot, tools } from './paths.mjs';
import { ask, run, toolEnv } from './run.mjs';
import { installPackages } from './setup.mjs';

const TESTS = 'tests/services';
const folder = inRoot(TESTS);
const python = path.join(tools, 'python');
const requirements = path.join(folder, 'requirements.txt');
const RABBITMQ = ['rabbitmq-server', 'procps'];
// What the Confluent client is compiled with, where its compiled form cannot be had.
const LIBRARIES = ['g++', 'make', 'python3', 'zlib1g-dev', 'libssl-dev', 'libzstd-dev', 'liblz4-dev'].concat(
  'libcurl4-openssl-dev',
  'libsasl2-dev',
);

/** Installs the collector, moto and the mock cluster. Gives what to do where that is not possible. */
async function installPython() {
  const placed = path.join(python, 'requirements.txt');
  const isNew = () =>
    existsSync(placed) && readFileSync(placed, 'utf8') === readFileSync(requirements, 'utf8');
  if (isNew()) return undefined;
  if (ask('python3', ['-c', 'import ensurepip']) === undefined) {
    const missing = await installDebian('python3', 'python3-venv');
    if (missing !== undefined) return missing;
  }
  console.log(
    'set-up: python: collector, moto and mock cluster into .tools/python, which takes a minute or two',
  );
  rmSync(python, { recursive: true, force: true });
  const pip = path.join(python, 'bin', 'pip');
  const made = await run('python3', ['-m', 'venv', python], { quiet: true });
  const got = made.code === 0 && (await run(pip, ['install', '--quiet', '--requirement', requirements]));
  if (!got || got.code !== 0) {
    console.error(made.output);
    return `run \`python3 -m venv .tools/python && .tools/python/bin/pip install -r ${TESTS}/requirements.txt\``;
  }
  cpSync(requirements, placed);
  return undefined;
}

const CONFLUENT = '@confluentinc/kafka-javascript';

/** Installs the addon of the Confluent client: as it is published for this platform, else compiled. */
async function installConfluent() {
  const cwd = path.join(folder, 'node_modules', CONFLUENT);
  const loads = () => ask(process.execPath, ['-e', `require(${JSON.stringify(cwd)})`]) !== undefined;
  if (loads()) return undefined;
  const preGyp = path.join(folder, 'node_modules', '.bin', 'node-pre-gyp');
  await run(preGyp, ['install'], { cwd, quiet: true, timeoutMs: 60_000 });
  if (loads()) return undefined;
  const missing = await installDebian(...LIBRARIES);
  if (missing !== undefined) return missing;
  console.log(`set-up: npm: compiling ${CONFLUENT}, which takes some minutes`);
  const env = toolEnv({ CKJS_LINKING: 'dynamic' });
  // The first attempt may end before its own configuration is written; the second finds it.
  for (let attempt = 1; attempt <= 2; attempt++) {
    const { output } = await run('npm', ['rebuild', CONFLUENT], { cwd: folder, env, quiet: true });
    if (loads()) return undefined;
    console.error(output);
  }
  return `run \`(cd ${TESTS} && npm rebuild ${CONFLUENT})\``;
}

/** Each family: the test file, and what installs what it needs; that gives `undefined`, or what to do first. */
const FAMILIES = {
  aws: () => undefined,
  bullmq: () => installDebian('redis-server'),
  confluent: installConfluent,
  documents: () => undefined,
  http: () => undefined,
  kafka: () => undefined,
  mqtt: () => installDebian('mosquitto'),
  nats: () => installDebian('nats-server'),
  queues: () => undefined,
  rabbitmq: () => installDebian(...RABBITMQ),
  'redis-streams': () => installDebian('redis-server'),
};

/** Runs the families that have what they need; each of the others counts as skipped, and is told with a reason. */
export async function runServiceTests() {
  const files = filesEnding(folder, '.test.mjs').map((file) => path.basename(file, '.test.mjs'));
  const forgotten = files.filter((name) => !(name in FAMILIES));
  if (forgotten.length > 0) throw new Error(`no family in service-tests.mjs for ${forgotten.join(', ')}`);
  await installPackages(folder, ['--ignore-scripts']);
  // Every family exports its spans to the collector.
  const withoutPython = await installPython();
  const names = [];
  let skipped = 0;
  for (const [name, install] of Object.entries(FAMILIES)) {
    const toDo = withoutPython ?? (await install());
    if (toDo === undefined) {
      names.push(name);
    } else {
      skipped += 1;
      console.log(`skipped: services ${name}: to enable it, ${toDo}`);
    }
  }
  if (names.length === 0) return { passed: 0, failed: 0, skipped };
  const consumer = await makeConsumer(TESTS);
  const counts = await runNodeTests(consumer, TESTS, {
    names,
    args: ['--test-concurrency=2', '--test-timeout=180000'],
    env: toolEnv({ SPANLINK_PYTHON: python }),
  });
  return add([counts, { skipped }]);
}
