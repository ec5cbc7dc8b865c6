// The Rust tests of the wasm binding, run by Node.
import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { tool, tools } from './paths.mjs';
import { run, toolEnv } from './run.mjs';

/** Runs them offline: wasm-pack finds wasm-bindgen and its test runner first on PATH. */
export async function runWasmTests() {
  const args = ['test', '--node', '--mode', 'no-install', '--', '--no-default-features'];
  if (!/\s/.test(tools)) return run(tool('wasm-pack'), args);
  // Cargo splits the runner's path, which wasm-pack hands it, at spaces.
  const folder = mkdtempSync(path.join(os.tmpdir(), 'spanlink-tools-'));
  try {
    const link = path.join(folder, 'tools');
    symlinkSync(tools, link, 'junction');
    return await run(tool('wasm-pack'), args, { env: toolEnv({}, link) });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
