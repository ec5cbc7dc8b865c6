// Measures in a process of its own: memory, cold starts, pauses of the garbage collector.
import { execFileSync, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/**
 * Runs a module of this folder (a URL made with `new URL('./x.mjs', import.meta.url)`) in a fresh Node with the garbage
 * collector exposed, and gives what it printed as JSON.
 */
export function inChild(module, args = [], nodeArgs = []) {
  const command = ['--expose-gc', ...nodeArgs, fileURLToPath(module), ...args.map(String)];
  return JSON.parse(execFileSync(process.execPath, command, { encoding: 'utf8', maxBuffer: 1 << 26 }));
}

/**
 * Starts a module that calls {@link answer} in such a Node, to be asked again and again: so processes can take turns.
 * `ask(name, argument)` calls a function there; `end()` ends the process.
 */
export function startChild(module, args = [], nodeArgs = []) {
  const execArgv = ['--expose-gc', ...nodeArgs];
  const child = fork(fileURLToPath(module), args.map(String), { execArgv });
  const fallen = new Promise((_, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`${args.join(' ')}: ended with ${code}`)));
  });
  // Nobody may be asking it anything when it ends.
  fallen.catch(() => {});
  return {
    async ask(name, argument) {
      child.send({ name, argument });
      const [{ result }] = await Promise.race([once(child, 'message'), fallen]);
      return result;
    },
    end: () => child.connected && child.disconnect(),
  };
}

/** Lets the process that started this one call functions. */
export function answer(functions) {
  process.on('message', ({ name, argument }) => process.send({ result: functions[name](argument) }));
}

/** The bytes of the heap and of all array buffers that are really in use. */
export function memoryInUse() {
  globalThis.gc();
  globalThis.gc();
  const { heapUsed, arrayBuffers, external } = process.memoryUsage();
  return { heap: heapUsed, arrayBuffers, external };
}
