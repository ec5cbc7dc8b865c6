// The release script, in a clean checkout of what the working tree holds, in a folder of another name: what it refuses,
// and that a second build of the same files gives the same bytes.
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createHash } from 'node:crypto';
import os from 'node:os';
import path from 'node:path';
import { add, one } from './counts.mjs';
import { inRoot, root, tools } from './paths.mjs';
import { must, run } from './run.mjs';
import { tarball } from './tarball.mjs';

/** A commit of every file that git knows, or would take. */
async function checkout() {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'spanlink-release-'));
  const { stdout } = await must('git', ['ls-files', '--cached', '--others', '--exclude-standard'], {
    quiet: true,
  });
  // Git names what was deleted until that is committed.
  for (const file of stdout.split('\n').filter((name) => name !== '' && existsSync(inRoot(name)))) {
    mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
    cpSync(inRoot(file), path.join(folder, file));
  }
  symlinkSync(tools, path.join(folder, '.tools'), 'junction');
  await git(folder, 'init', '--quiet');
  writeFileSync(path.join(folder, '.git', 'info', 'exclude'), '/.tools\n');
  await commit(folder);
  return folder;
}

const git = (cwd, ...args) => must('git', args, { cwd, quiet: true });

async function commit(folder) {
  await git(folder, 'add', '--all');
  // Those who run this may sign their commits, or have no name.
  const settings = ['user.name=t', 'user.email=t@t', 'commit.gpgsign=false'].flatMap((each) => ['-c', each]);
  await git(folder, ...settings, 'commit', '--quiet', '--allow-empty', '--message', 'x');
}

// Nothing signs here, even where these tests run in a CI.
const { GITHUB_ACTIONS: _, GITLAB_CI: __, ...unsigned } = process.env;
const release = (cwd, args = ['--dry-run'], env = unsigned) =>
  run(process.execPath, ['scripts/release.mjs', ...args], { cwd, quiet: true, env });

function tell(what, good, output) {
  console.log(`${good ? 'ok' : 'not ok'} ${what}`);
  if (!good) console.error(output);
  return one(good);
}

/** Changes a file, commits where `committed`, and expects a refusal that says so; then puts it back. */
async function refuses(folder, what, { file, from, to, committed, args }, said) {
  const place = path.join(folder, file);
  const before = readFileSync(place, 'utf8');
  const changed = before.replace(from, to);
  if (changed === before) throw new Error(`${file} has no ${from}`);
  writeFileSync(place, changed);
  if (committed) await commit(folder);
  const { code, output } = await release(folder, args);
  writeFileSync(place, before);
  if (committed) await commit(folder);
  return tell(`release refuses ${what}`, code === 1 && said.every((each) => each.test(output)), output);
}

/** Gives the package a repository. */
async function nameRepository(folder) {
  const manifest = path.join(folder, 'pkg-template', 'package.json');
  const repository = { type: 'git', url: 'git+https://git.invalid/spanlink.git' };
  const named = { ...JSON.parse(readFileSync(manifest, 'utf8')), repository };
  writeFileSync(manifest, JSON.stringify(named, null, 2));
  await commit(folder);
}

const digest = (file) => createHash('sha256').update(readFileSync(file)).digest('hex');

export async function runReleaseTests() {
  const folder = await checkout();
  try {
    // A build from nothing: this folder has neither target nor node_modules.
    const env = { ...unsigned, CARGO_TARGET_DIR: path.join(folder, 'target') };
    const built = await run(process.execPath, ['scripts/build.mjs'], { cwd: folder, quiet: true, env });
    const other = path.join(folder, path.relative(root, tarball()));
    const same = built.code === 0 && digest(other) === digest(tarball());
    const counts = [
      tell(
        'two builds of the same files give the same bytes',
        same,
        `${built.output}\n${other} is another than ${tarball()}`,
      ),
    ];
    await nameRepository(folder);
    counts.push(
      await refuses(
        folder,
        'a dirty tree, and before the tests where nothing signs',
        { file: 'README.md', from: '# spanlink', to: '# spanlink!', args: [] },
        [/not committed: README\.md/, /nothing here signs provenance: release from/],
      ),
      await refuses(
        folder,
        'a missing line of the changelog',
        { file: 'CHANGELOG.md', from: /^## .*$/m, to: '## next', committed: true },
        [/CHANGELOG\.md has no heading for/],
      ),
      await refuses(
        folder,
        'versions that differ',
        {
          file: 'pkg-template/package.json',
          from: /"version": ".*"/,
          to: '"version": "99.0.0"',
          committed: true,
        },
        [/Cargo\.toml is version .*, pkg-template\/package\.json 99\.0\.0/],
      ),
      await refuses(
        folder,
        'a package without a repository',
        { file: 'pkg-template/package.json', from: '"repository":', to: '"place":', committed: true },
        [/pkg-template\/package\.json has no `repository`.*: add/],
      ),
    );
    const dry = await release(folder, ['--dry-run'], env);
    const ready = dry.code === 0 && /is ready/.test(dry.output) && /not from here/.test(dry.output);
    counts.push(tell('release --dry-run of a clean tree', ready, dry.output));
    return add(counts);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
