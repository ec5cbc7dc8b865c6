// The Rust tests of the wasm binding, run by Node and by a browser.
import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { add, judged, ofCargoTest } from './counts.mjs';
import { installDebian, programOf } from './debian.mjs';
import { tool, tools } from './paths.mjs';
import { run, toolEnv } from './run.mjs';

/** Runs them offline: wasm-pack finds wasm-bindgen and its test runner first on PATH. */
async function runWasmPack(where, more = []) {
  const args = ['test', ...where, '--mode', 'no-install', '--', '--no-default-features', ...more];
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

export async function runWasmTests() {
  const inNode = await runWasmPack(['--node']);
  const counts = [judged(inNode.code, ofCargoTest(inNode.output))];
  const missing = await installDebian('chromium', 'chromium-driver');
  if (missing === undefined) {
    const inBrowser = await runWasmPack(
      ['--headless', '--chrome', '--chromedriver', programOf('chromium-driver')],
      ['--test', 'browser'],
    );
    counts.push(judged(inBrowser.code, ofCargoTest(inBrowser.output)));
  } else {
    console.log(`skipped: wasm-pack in a browser: to enable it, ${missing}`);
    counts.push({ skipped: 1 });
  }
  return add(counts);
}
