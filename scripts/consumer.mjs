// A stranger's project that depends on the packed package: what the JavaScript tests run in, never the source tree.
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { inRoot, nodeModules } from './paths.mjs';
import { must } from './run.mjs';
import { tarball } from './tarball.mjs';

const COPIED = ['tests/js', 'tests/vectors', 'tests/types', 'tests/sdks', 'examples-js', 'README.md'];

/** The names of all packages in a node_modules folder, scoped ones as `@scope/name`. */
function packagesIn(folder) {
  const visible = readdirSync(folder).filter((name) => !name.startsWith('.'));
  return visible.flatMap((name) =>
    name.startsWith('@') ? readdirSync(path.join(folder, name)).map((each) => `${name}/${each}`) : [name],
  );
}

/** Links what `from` holds into a project's node_modules; what is there already stays. */
function linkPackages(from, installed) {
  for (const name of packagesIn(from)) {
    const link = path.join(installed, name);
    if (existsSync(link)) continue;
    mkdirSync(path.dirname(link), { recursive: true });
    symlinkSync(path.join(from, name), link, 'junction');
  }
}

/**
 * Makes the project in a temporary folder, and returns where it is. It goes when this program ends.
 *
 * `folders` of the repository that have npm packages of their own are copied too; their packages come before the root's.
 */
export async function makeConsumer(...folders) {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'spanlink-consumer-'));
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
  writeFileSync(
    path.join(folder, 'package.json'),
    JSON.stringify({ name: 'consumer', private: true, type: 'module' }),
  );
  const quietly = ['--offline', '--no-audit', '--no-fund', '--loglevel', 'error'];
  await must('npm', ['install', ...quietly, tarball()], { cwd: folder });
  const installed = path.join(folder, 'node_modules');
  for (const each of folders) linkPackages(inRoot(each, 'node_modules'), installed);
  linkPackages(nodeModules, installed);
  const isSource = (file) => path.basename(file) !== 'node_modules';
  for (const each of [...COPIED, ...folders].filter((file) => existsSync(inRoot(file)))) {
    cpSync(inRoot(each), path.join(folder, each), { recursive: true, filter: isSource });
  }
  return folder;
}
