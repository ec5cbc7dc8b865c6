// Servers of the tests: each on a port of its own on 127.0.0.1, in a folder of its own, ended by its process id.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { after } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';

/** How long anything may take before it counts as failed, in milliseconds. */
const PATIENCE = 60_000;

/** A port that nobody listens on. */
export async function freePort() {
  const server = net.createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}

/** What ends with the tests of this file, the latest first: a folder goes after the server that still writes to it. */
const endings = [];
after(async () => {
  for (const end of endings.reverse()) await end();
});

/** A folder that goes when the tests of this file end. */
export function temporaryFolder() {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'spanlink-services-'));
  endings.push(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));
  return folder;
}

/** Asks again and again until there is an answer, and gives it. */
export async function until(what, ask) {
  const end = Date.now() + PATIENCE;
  for (;;) {
    const answer = await ask();
    if (answer) return answer;
    if (Date.now() > end) throw new Error(`waited ${PATIENCE / 1000} s for ${what}`);
    await wait(50);
  }
}

const connects = (port) =>
  new Promise((resolve) => {
    const socket = net.connect(port, '127.0.0.1');
    socket.once('connect', () => socket.end(() => resolve(true)));
    socket.once('error', () => resolve(false));
  });

process.once('SIGTERM', () => process.exit(143));

/** Starts a program, and ends it with the tests of this file. Gives what it has printed so far as `output()`. */
export function start(command, args, options = {}) {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], ...options });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text) => (output += text));
  const ended = once(child, 'exit').catch(() => {});
  endings.push(async () => {
    child.kill('SIGTERM');
    const stubborn = setTimeout(() => child.kill('SIGKILL'), 5000);
    await ended;
    clearTimeout(stubborn);
  });
  child.on('error', (error) => (output += error.message));
  // Where the tests of this file are ended for taking too long, nothing above runs.
  process.on('exit', () => child.kill('SIGKILL'));
  return { pid: child.pid, output: () => output, hasEnded: () => child.exitCode !== null };
}

/** Starts a server, and waits until it takes connections on its port. */
export async function startServer(port, command, args, options) {
  const server = start(command, args, options);
  await until(`${command} on port ${port}`, () => {
    if (server.hasEnded()) throw new Error(`${command} ended:\n${server.output()}`);
    return connects(port);
  });
  return server;
}
