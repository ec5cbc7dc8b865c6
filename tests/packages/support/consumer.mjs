// Where the consumers are, and how one is run to its end.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after } from 'node:test';
import { fileURLToPath } from 'node:url';
import { EXPECTED } from './scenario.mjs';

const here = path.dirname(path.dirname(fileURLToPath(import.meta.url)));

export const project = path.dirname(path.dirname(here));
export const consumer = (name) => path.join(here, 'consumers', name);
export const installed = (...parts) => path.join(project, 'node_modules', ...parts);

/** A folder far from the project, where nothing is installed. It goes when the tests of this file end. */
export function elsewhere() {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'spanlink-elsewhere-'));
  after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Whether what a consumer printed or served is the scenario's line; a completion id is 32 hexadecimal characters. */
export function assertScenario(text) {
  const line = text.split('\n').find((each) => each.startsWith('scenario ')) ?? text;
  assert.equal(line.trim().replace(/"[0-9a-f]{32}"/, '"COMPLETION"'), EXPECTED);
}

/** Runs a program to its end, and gives what it printed; a bad end is a failure. */
export async function run(command, args, options = {}) {
  const child = spawn(command, args, {
    cwd: project,
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: 120_000,
    ...options,
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text) => (output += text));
  const [code] = await once(child, 'close');
  assert.equal(code, 0, output);
  return output;
}

/** A reason to skip what needs a program that this platform's packages do not have; else false. */
export const missing = (program) =>
  existsSync(program)
    ? false
    : `no ${path.relative(project, program)} for this platform: npm ci in tests/packages installs it`;
