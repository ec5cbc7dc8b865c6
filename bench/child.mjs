// Measures in a process of its own: memory, cold starts, pauses of the garbage collector.
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/**
 * Runs a module of this folder (a URL made with `new URL('./x.mjs', import.meta.url)`) in a fresh Node with the garbage
 * collector exposed, and gives what it printed as JSON.
 */
export function inChild(module, args = [], nodeArgs = []) {
  const command = ['--expose-gc', ...nodeArgs, fileURLToPath(module), ...args.map(String)];
  return JSON.parse(execFileSync(process.execPath, command, { encoding: 'utf8', maxBuffer: 1 << 26 }));
}

/** The bytes of the heap and of all array buffers that are really in use. */
export function memoryInUse() {
  globalThis.gc();
  globalThis.gc();
  const { heapUsed, arrayBuffers, external } = process.memoryUsage();
  return { heap: heapUsed, arrayBuffers, external };
}
