// Workers and edge functions.
import { after, describe, test } from 'node:test';
import assert from 'node:assert/strict';
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { EdgeRuntime } from 'edge-runtime';
import { build } from 'esbuild';
import { Miniflare } from 'miniflare';
import { assertScenario, consumer, elsewhere, installed, run } from './support/consumer.mjs';

/** One ES module of a Worker; the wasm stays a module of its own. */
async function bundledFor(conditions, entry, options = {}) {
  const { outputFiles, metafile } = await build({
    entryPoints: [consumer(entry)],
    bundle: true,
    format: 'esm',
    target: 'es2022',
    conditions,
    external: ['*.wasm'],
    metafile: true,
    write: false,
    logLevel: 'error',
    ...options,
  });
  return { text: outputFiles[0].text, inputs: Object.keys(metafile.inputs) };
}

const wasm = readFileSync(installed('spanlink', 'esm', 'core', 'core_bg.wasm'));

describe('workerd', () => {
  for (const compatibilityDate of ['2023-05-18', '2025-07-01']) {
    test(`compatibility date ${compatibilityDate}`, async () => {
      const { text, inputs } = await bundledFor(['workerd', 'worker', 'browser'], 'worker.mjs');
      assert.ok(!inputs.some((file) => file.endsWith('bytes.js')), 'no second copy of the wasm');
      const miniflare = new Miniflare({
        host: '127.0.0.1',
        compatibilityDate,
        modulesRoot: '/',
        modules: [
          {
            type: 'ESModule',
            path: '/worker.mjs',
            contents: text.replace(/from "[^"]*core_bg\.wasm"/, 'from "./core_bg.wasm"'),
          },
          { type: 'CompiledWasm', path: '/core_bg.wasm', contents: wasm },
        ],
      });
      after(() => miniflare.dispose());
      const response = await miniflare.dispatchFetch('http://127.0.0.1/');
      assertScenario(await response.text());
    });
  }

  test('with the inline entry, late', async () => {
    const { text } = await bundledFor(['browser'], 'worker.mjs');
    const miniflare = new Miniflare({
      host: '127.0.0.1',
      compatibilityDate: '2025-07-01',
      modules: true,
      script: text,
    });
    after(() => miniflare.dispose());
    assertScenario(await (await miniflare.dispatchFetch('http://127.0.0.1/')).text());
  });

  test('with the inline entry, early: the error says what to do', async () => {
    let said = '';
    const { text } = await bundledFor(['browser'], 'worker.mjs');
    const miniflare = new Miniflare({
      host: '127.0.0.1',
      compatibilityDate: '2023-05-18',
      modules: true,
      script: text,
      handleRuntimeStdio: (_stdout, stderr) => stderr.on('data', (text) => (said += text)),
    });
    after(() => miniflare.dispose().catch(() => {}));
    await assert.rejects(miniflare.ready);
    assert.match(said, /spanlink needs WebAssembly.*compatibility date/);
  });

  test('wrangler deploy --dry-run', async () => {
    const folder = elsewhere();
    const config = { name: 'orders', main: consumer('worker.mjs'), compatibility_date: '2023-05-18' };
    writeFileSync(path.join(folder, 'wrangler.json'), JSON.stringify(config));
    const args = [
      'deploy',
      '--dry-run',
      '--outdir',
      path.join(folder, 'out'),
      '--config',
      path.join(folder, 'wrangler.json'),
    ];
    const env = { ...process.env, WRANGLER_SEND_METRICS: 'false', CI: 'true', HOME: folder };
    const output = await run(process.execPath, [installed('wrangler', 'bin', 'wrangler.js'), ...args], {
      env,
    });
    const uploaded = readdirSync(path.join(folder, 'out'));
    assert.ok(
      uploaded.some((name) => name.endsWith('core_bg.wasm')),
      `the module is one of its own in ${uploaded}`,
    );
    assert.match(output, /--dry-run: exiting now/);
  });
});

test('edge-runtime', async () => {
  const { text, inputs } = await bundledFor(['edge-light', 'browser'], 'edge.mjs', {
    format: 'iife',
    external: [],
    plugins: [
      {
        // What bundlers for the edge do with `?module`: the module is compiled beforehand, and found by its name.
        name: 'wasm-module',
        setup({ onResolve, onLoad }) {
          onResolve({ filter: /\.wasm\?module$/ }, ({ path: name }) => ({ path: name, namespace: 'wasm' }));
          onLoad({ filter: /.*/, namespace: 'wasm' }, () => ({
            contents: 'export default globalThis.compiledWasm;',
          }));
        },
      },
    ],
  });
  assert.ok(inputs.some((file) => file.startsWith('wasm:')));
  const runtime = new EdgeRuntime({
    initialCode: text,
    extend: (context) => Object.assign(context, { compiledWasm: new WebAssembly.Module(wasm) }),
  });
  const response = await runtime.dispatchFetch('http://127.0.0.1/');
  assertScenario(await response.text());
});
