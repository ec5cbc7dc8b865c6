// An edge route of Next.js: built, and served by its own server.
import { after, test } from 'node:test';
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, realpathSync, rmSync } from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { assertScenario, consumer, elsewhere, installed, run } from './support/consumer.mjs';

const env = { ...process.env, NEXT_TELEMETRY_DISABLED: '1' };

/** The application in a folder of its own: Turbopack takes no packages from elsewhere, and here they are links. */
async function placed() {
  const folder = elsewhere();
  const modules = path.join(folder, 'node_modules');
  const [from, spanlink] = ['next', 'spanlink'].map((name) => realpathSync(installed(name)));
  // Hard links cost nothing; between file systems there are none, and the folders made for them are in the way.
  const copy = (flag) => run('cp', [flag, path.dirname(from), modules]);
  await copy('-al').catch(() => {
    rmSync(modules, { recursive: true, force: true });
    return copy('-a');
  });
  for (const [source, target] of [
    [consumer('next'), folder],
    [consumer('../support'), path.join(folder, 'support')],
    [spanlink, path.join(modules, 'spanlink')],
  ]) {
    cpSync(source, target, { recursive: true });
  }
  return folder;
}

async function freePort() {
  const server = net.createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  return port;
}

test('Next.js, an edge route', async () => {
  const cwd = await placed();
  const next = path.join(cwd, 'node_modules', 'next', 'dist', 'bin', 'next');
  const output = await run(process.execPath, [next, 'build'], { cwd, env });
  assert.match(output, /\/edge/);
  const port = await freePort();
  const server = spawn(process.execPath, [next, 'start', '-H', '127.0.0.1', '-p', `${port}`], { cwd, env });
  after(() => server.kill('SIGKILL'));
  let said = '';
  server.stdout.setEncoding('utf8');
  for await (const text of server.stdout) {
    said += text;
    if (/Ready/.test(said)) break;
  }
  const response = await fetch(`http://127.0.0.1:${port}/edge`);
  assertScenario(await response.text());
});
