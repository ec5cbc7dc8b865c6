// `npm run release`: publishes the package, after everything that must hold does. `-- --dry-run` stops before that.
import { spawnSync } from 'node:child_process';
import { versionsAgree } from './checks.mjs';
import { main } from './main.mjs';
import { inRoot, root } from './paths.mjs';
import { must } from './run.mjs';
import { packageVersion } from './versions.mjs';

/** What has not been committed: what is published must be what a commit holds. */
function dirtyTree() {
  const { status, stdout } = spawnSync('git', ['status', '--porcelain'], { cwd: root, encoding: 'utf8' });
  if (status !== 0) return ['this is no git checkout'];
  const files = stdout.split('\n').filter((line) => line !== '');
  return files.slice(0, 10).map((line) => `not committed: ${line.slice(3)}`);
}

await main(import.meta, async (args) => {
  const unknown = args.filter((arg) => arg !== '--dry-run');
  if (unknown.length > 0)
    throw new Error(`cannot understand \`${unknown.join(' ')}\`: there is only --dry-run`);
  const isDry = args.includes('--dry-run');
  const faults = [...dirtyTree(), ...versionsAgree()];
  if (faults.length > 0) throw new Error(`not released:\n${faults.map((fault) => `  ${fault}`).join('\n')}`);

  await must(process.execPath, [inRoot('scripts', 'build.mjs')]);
  if (!isDry) await must(process.execPath, [inRoot('scripts', 'test.mjs')], { timeoutMs: 90 * 60_000 });
  const { tarball } = await import('./tarball.mjs');
  const publish = ['publish', tarball(), '--access', 'public', '--provenance'];
  const told = `npm ${publish.join(' ').replace(root, '.')}`;
  if (isDry)
    return console.log(`release: ${packageVersion()} is ready; it would be published by \`${told}\``);
  await must('npm', publish);
});
