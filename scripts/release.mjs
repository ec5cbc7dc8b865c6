// `npm run release`: publishes the package, after everything that must hold does. `-- --dry-run` stops before that.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { versionsAgree } from './checks.mjs';
import { main } from './main.mjs';
import { inRoot, root, template } from './paths.mjs';
import { must } from './run.mjs';
import { packageVersion } from './versions.mjs';

/** What has not been committed: what is published must be what a commit holds. */
function dirtyTree() {
  const { status, stdout } = spawnSync('git', ['status', '--porcelain'], { cwd: root, encoding: 'utf8' });
  if (status !== 0) return ['this is no git checkout'];
  const files = stdout.split('\n').filter((line) => line !== '');
  return files.slice(0, 10).map((line) => `not committed: ${line.slice(3)}`);
}

/** npm publishes with provenance only what names the repository it comes from. */
function noRepository() {
  const { repository } = JSON.parse(readFileSync(path.join(template, 'package.json'), 'utf8'));
  if (repository?.url ?? repository) return [];
  return [
    'pkg-template/package.json has no `repository`, which provenance names: add { "type": "git", "url": … }',
  ];
}

/** And only from where it can be signed. */
function noSigner({ GITHUB_ACTIONS, ACTIONS_ID_TOKEN_REQUEST_URL, GITLAB_CI, SIGSTORE_ID_TOKEN }) {
  if ((GITHUB_ACTIONS && ACTIONS_ID_TOKEN_REQUEST_URL) || (GITLAB_CI && SIGSTORE_ID_TOKEN)) return [];
  const github = 'GitHub Actions with the permission `id-token: write`';
  const gitlab = 'GitLab CI with SIGSTORE_ID_TOKEN among its `id_tokens`';
  return [`nothing here signs provenance: release from ${github}, or ${gitlab}`];
}

await main(import.meta, async (args) => {
  const unknown = args.filter((arg) => arg !== '--dry-run');
  if (unknown.length > 0)
    throw new Error(`cannot understand \`${unknown.join(' ')}\`: there is only --dry-run`);
  const isDry = args.includes('--dry-run');
  // Before the tests, which take long: npm would find the last two only after them.
  const unsigned = noSigner(process.env);
  const faults = [...dirtyTree(), ...versionsAgree(), ...noRepository(), ...(isDry ? [] : unsigned)];
  if (faults.length > 0) throw new Error(`not released:\n${faults.map((fault) => `  ${fault}`).join('\n')}`);

  await must(process.execPath, [inRoot('scripts', 'build.mjs')]);
  if (!isDry) await must(process.execPath, [inRoot('scripts', 'test.mjs')], { timeoutMs: 90 * 60_000 });
  const { tarball } = await import('./tarball.mjs');
  const publish = ['publish', tarball(), '--access', 'public', '--provenance'];
  const told = `npm ${publish.join(' ').replace(root, '.')}`;
  if (isDry) {
    console.log(`release: ${packageVersion()} is ready; it would be published by \`${told}\``);
    unsigned.forEach((fault) => console.log(`release: not from here: ${fault}`));
    return;
  }
  await must('npm', publish);
});
