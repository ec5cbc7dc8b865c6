// Packs the package as npm would publish it, and places it in node_modules/ so that the examples can import it, and
// `npx spanlink` finds its program.
import { mkdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { fingerprint, makeWhenChanged } from './fingerprint.mjs';
import { inRoot, nodeModules, pkg, scratch } from './paths.mjs';
import { must } from './run.mjs';
import { packageVersion } from './versions.mjs';

const placed = path.join(nodeModules, 'spanlink');
const program = path.join(nodeModules, '.bin', 'spanlink');

/** Where the packed package is. */
export const tarball = () => path.join(scratch, `spanlink-${packageVersion()}.tgz`);

async function packAndPlace() {
  rmSync(tarball(), { force: true });
  await must('npm', ['pack', '--pack-destination', scratch], { cwd: pkg, quiet: true });
  rmSync(placed, { recursive: true, force: true });
  mkdirSync(placed, { recursive: true });
  await must('tar', ['-xzf', tarball(), '--strip-components=1', '-C', placed]);
  // Links the program, as an installation does.
  await must('npm', ['rebuild', '--ignore-scripts', '--offline', 'spanlink'], { quiet: true });
}

/** Packs and places what pkg/ holds, when it changed or `npm ci` took the placed one away. */
export async function packPackage() {
  const inputs = fingerprint([pkg, inRoot('scripts', 'tarball.mjs')]);
  const ran = await makeWhenChanged('tarball', inputs, [tarball(), placed, program], packAndPlace);
  console.log(`build: tarball: ${ran ? 'packed, and unpacked in node_modules/spanlink' : 'up to date'}`);
}
