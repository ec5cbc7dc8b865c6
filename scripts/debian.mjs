// Debian packages that some tests need: servers, a browser. Installed where the machine is Debian and the user is root.
import { existsSync } from 'node:fs';
import { run } from './run.mjs';

const isInstalled = async (name) => {
  const answer = await run('dpkg-query', ['--show', '--showformat', '${db:Status-Status}', name], {
    quiet: true,
  });
  return answer.stdout === 'installed';
};

async function missingOf(names) {
  const missing = [];
  for (const name of names) if (!(await isInstalled(name))) missing.push(name);
  return missing;
}

/**
 * Installs packages that are not there. Gives `undefined` when all are, else the command that installs them, for the
 * tests that are skipped without them to say.
 */
export async function installDebian(...names) {
  const isDebian = existsSync('/etc/debian_version');
  let missing = isDebian ? await missingOf(names) : names;
  if (isDebian && missing.length > 0 && process.getuid?.() === 0) {
    console.log(`set-up: debian: installing ${missing.join(', ')}`);
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
    await run('apt-get', ['update', '--quiet=2'], { env, quiet: true });
    const install = ['install', '--yes', '--quiet=2', '--no-install-recommends', ...missing];
    const { output } = await run('apt-get', install, { env, quiet: true });
    missing = await missingOf(names);
    if (missing.length > 0) console.error(output);
  }
  return missing.length === 0 ? undefined : `sudo apt-get install ${missing.join(' ')}`;
}
