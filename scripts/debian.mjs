// Debian packages that some tests need: servers, a browser. Installed where the machine is Debian and the user is root.
// Their programs may be there all the same, whoever installed them.
import { accessSync, constants, existsSync } from 'node:fs';
import path from 'node:path';
import { run } from './run.mjs';

/** The programs that tests run, by package; a name after the first is what others call it. */
const PROGRAMS = {
  chromium: ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'],
  'chromium-driver': ['chromedriver'],
  'g++': ['g++'],
  make: ['make'],
  mosquitto: ['mosquitto'],
  'nats-server': ['nats-server'],
  procps: ['ps'],
  python3: ['python3'],
  'rabbitmq-server': ['/usr/lib/rabbitmq/bin/rabbitmq-server'],
  'redis-server': ['redis-server'],
};

function isProgram(file) {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Where the program of a package is; undefined where it is not on PATH. */
export function programOf(name) {
  const folders = (process.env.PATH ?? '').split(path.delimiter).filter((folder) => folder !== '');
  return PROGRAMS[name]
    .flatMap((program) => folders.map((folder) => path.resolve(folder, program)))
    .find(isProgram);
}

const hasProgram = (name) => name in PROGRAMS && programOf(name) !== undefined;

const isInstalled = async (name) => {
  const answer = await run('dpkg-query', ['--show', '--showformat', '${db:Status-Status}', name], {
    quiet: true,
  });
  return answer.stdout === 'installed';
};

async function missingOf(names) {
  const missing = [];
  for (const name of names) if (!hasProgram(name) && !(await isInstalled(name))) missing.push(name);
  return missing;
}

/** Of libraries nothing is known off Debian: what needs them will tell. */
function withoutDebian(names) {
  const missing = names.filter((name) => name in PROGRAMS && !hasProgram(name));
  if (missing.length === 0) return undefined;
  return `install what is missing: ${missing.map((name) => PROGRAMS[name][0]).join(', ')}`;
}

/**
 * Installs packages that are not there. Gives `undefined` when all are, else what to do, for the tests that are skipped
 * without them to say.
 */
export async function installDebian(...names) {
  if (!existsSync('/etc/debian_version')) return withoutDebian(names);
  let missing = await missingOf(names);
  if (missing.length > 0 && process.getuid?.() === 0) {
    console.log(`set-up: debian: installing ${missing.join(', ')}`);
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
    await run('apt-get', ['update', '--quiet=2'], { env, quiet: true });
    const install = ['install', '--yes', '--quiet=2', '--no-install-recommends', ...missing];
    const { output } = await run('apt-get', install, { env, quiet: true });
    missing = await missingOf(names);
    if (missing.length > 0) console.error(output);
  }
  return missing.length === 0 ? undefined : `run \`sudo apt-get install ${missing.join(' ')}\``;
}
