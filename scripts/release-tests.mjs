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

const release = (cwd) => run(process.execPath, ['scripts/release.mjs', '--dry-run'], { cwd, quiet: true });

function tell(what, good, output) {
  console.log(`${good ? 'ok' : 'not ok'} ${what}`);
  if (!good) console.error(output);
  return one(good);
}

/** Changes a file, commits where `committed`, and expects a refusal that says so; then puts it back. */
async function refuses(folder, what, { file, from, to, committed }, said) {
  const place = path.join(folder, file);
  const before = readFileSync(place, 'utf8');
  const changed = before.replace(from, to);
  if (changed === before) throw new Error(`${file} has no ${from}`);
  writeFileSync(place, changed);
  if (committed) await commit(folder);
  const { code, output } = await release(folder);
  writeFileSync(place, before);
  if (committed) await commit(folder);
  return tell(`release refuses ${what}`, code === 1 && said.test(output), output);
}

const digest = (file) => createHash('sha256').update(readFileSync(file)).digest('hex');

export async function runReleaseTests() {
  const folder = await checkout();
  try {
    const counts = [
      await refuses(
        folder,
        'a dirty tree',
        { file: 'README.md', from: '# spanlink', to: '# spanlink!' },
        /not committed: README\.md/,
      ),
      await refuses(
        folder,
        'a missing line of the changelog',
        { file: 'CHANGELOG.md', from: /^## .*$/m, to: '## next', committed: true },
        /CHANGELOG\.md has no heading for/,
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
        /Cargo\.toml is version .*, pkg-template\/package\.json 99\.0\.0/,
      ),
    ];
    // A build from nothing: this folder has neither target nor node_modules.
    const env = { ...process.env, CARGO_TARGET_DIR: path.join(folder, 'target') };
    const dry = await run(process.execPath, ['scripts/release.mjs', '--dry-run'], {
      cwd: folder,
      quiet: true,
      env,
    });
    counts.push(
      tell('release --dry-run of a clean tree', dry.code === 0 && /is ready/.test(dry.output), dry.output),
    );
    const other = path.join(folder, path.relative(root, tarball()));
    const same = dry.code === 0 && digest(other) === digest(tarball());
    counts.push(
      tell('two builds of the same files give the same bytes', same, `${other} is another than ${tarball()}`),
    );
    return add(counts);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
