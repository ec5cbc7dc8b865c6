// Runs other programs: output is shown as it comes and kept, and none outlives us or its time.
import { spawn, spawnSync } from 'node:child_process';
import path from 'node:path';
import { nodeModules, root, tools } from './paths.mjs';

const MINUTE = 60_000;
const running = new Set();
const groups = process.platform !== 'win32';

/** Our own tools come first on PATH: wasm-pack then finds all it needs and downloads nothing. */
export function toolEnv(extra = {}, toolFolder = tools) {
  const folders = [path.join(toolFolder, 'bin'), path.join(nodeModules, '.bin'), process.env.PATH ?? ''];
  return { ...process.env, PATH: folders.join(path.delimiter), ...extra };
}

function send(child, signal) {
  try {
    if (groups) process.kill(-child.pid, signal);
    else child.kill(signal);
  } catch {
    // It ended by itself in the meantime.
  }
}

/** Asks first: one of our own scripts then ends what it started itself. */
function stop(child) {
  send(child, 'SIGTERM');
  setTimeout(() => send(child, 'SIGKILL'), 3000).unref();
}

for (const [signal, code] of [
  ['SIGINT', 130],
  ['SIGTERM', 143],
]) {
  process.on(signal, () => {
    running.forEach(stop);
    process.exit(code);
  });
}

/**
 * Runs a program to its end. `quiet` keeps its output to the result; `timeoutMs` ends it and everything it started.
 * A program that cannot be started has code 127.
 */
export function run(
  command,
  args,
  { cwd = root, env = toolEnv(), quiet = false, timeoutMs = 20 * MINUTE } = {},
) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'], detached: groups });
    running.add(child);
    const streams = { stdout: '', stderr: '' };
    let note = '';
    const say = (text) => {
      note += text;
      if (!quiet) process.stderr.write(text);
    };
    for (const name of ['stdout', 'stderr']) {
      child[name].setEncoding('utf8').on('data', (text) => {
        streams[name] += text;
        if (!quiet) process[name].write(text);
      });
    }
    const timer = setTimeout(() => {
      say(`${command} was ended after ${timeoutMs / 1000} s\n`);
      stop(child);
    }, timeoutMs);
    const finish = (code) => {
      clearTimeout(timer);
      running.delete(child);
      resolve({ code, ...streams, output: streams.stdout + streams.stderr + note });
    };
    child.on('error', (error) => {
      say(`${command} could not be started: ${error.message}\n`);
      finish(127);
    });
    child.on('close', (code) => finish(code ?? 1));
  });
}

/** Like `run`, for what everything after it needs: a failure throws, with the output if it was not shown. */
export async function must(command, args, options = {}) {
  const result = await run(command, args, options);
  if (result.code !== 0) {
    const shown = options.quiet ? `\n${result.output}` : '';
    throw new Error(`${path.basename(command)} ${args.join(' ')} failed with code ${result.code}${shown}`);
  }
  return result;
}

/** The output of a short question such as `cargo --version`; undefined when there is no such program or it fails. */
export function ask(command, args) {
  const answer = spawnSync(command, args, { cwd: root, encoding: 'utf8' });
  return answer.status === 0 ? answer.stdout.trim() : undefined;
}
