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

const COPIED = ['tests/js', 'tests/vectors', 'tests/types', 'examples-js', 'README.md'];

/** The names of all packages in a node_modules folder, scoped ones as `@scope/name`. */
function packagesIn(folder) {
  const visible = readdirSync(folder).filter((name) => !name.startsWith('.'));
  return visible.flatMap((name) =>
    name.startsWith('@') ? readdirSync(path.join(folder, name)).map((each) => `${name}/${each}`) : [name],
  );
}

/** Makes the project in a temporary folder, and returns where it is. It goes when this program ends. */
export async function makeConsumer() {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'spanlink-consumer-'));
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
  writeFileSync(
    path.join(folder, 'package.json'),
    JSON.stringify({ name: 'consumer', private: true, type: 'module' }),
  );
  const quietly = ['--offline', '--no-audit', '--no-fund', '--loglevel', 'error'];
  await must('npm', ['install', ...quietly, tarball()], { cwd: folder });
  const installed = path.join(folder, 'node_modules');
  for (const name of packagesIn(nodeModules).filter((each) => each !== 'spanlink')) {
    const link = path.join(installed, name);
    mkdirSync(path.dirname(link), { recursive: true });
    symlinkSync(path.join(nodeModules, name), link, 'junction');
  }
  for (const each of COPIED.filter((file) => existsSync(inRoot(file)))) {
    cpSync(inRoot(each), path.join(folder, each), { recursive: true });
  }
  return folder;
}
