// Bundles: run from another folder, so that nothing but the bundle is there.
import { after, describe, test } from 'node:test';
import assert from 'node:assert/strict';
import { readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { nodeResolve } from '@rollup/plugin-node-resolve';
import { build } from 'esbuild';
import { rollup } from 'rollup';
import { build as buildWithVite, createServer } from 'vite';
import webpack from 'webpack';
import { assertScenario, consumer, elsewhere, project, run } from './support/consumer.mjs';

/** Calls the handler of a bundled function in a process and a folder of its own. */
async function invoke(file) {
  assert.equal(
    readdirSync(path.dirname(file)).filter((name) => /\.[cm]?js$/.test(name)).length,
    1,
    'one file',
  );
  const program = `import(${JSON.stringify(pathToFileURL(file))}).then(async (m) => console.log(await (m.handler ?? m.default.handler)()));`;
  assertScenario(
    await run(process.execPath, ['--input-type=module', '--eval', program], { cwd: path.dirname(file) }),
  );
}

describe('esbuild', () => {
  for (const [format, name] of [
    ['esm', 'index.mjs'],
    ['cjs', 'index.cjs'],
  ]) {
    test(`one file for Lambda, ${format}`, async () => {
      const outfile = path.join(elsewhere(), name);
      await build({
        entryPoints: [consumer('lambda.mjs')],
        bundle: true,
        platform: 'node',
        format,
        outfile,
        logLevel: 'error',
      });
      await invoke(outfile);
    });
  }

  const inputsOf = async (contents) => {
    const { metafile } = await build({
      stdin: { contents, resolveDir: project },
      bundle: true,
      format: 'esm',
      minify: true,
      metafile: true,
      write: false,
      outfile: 'out.js',
      logLevel: 'error',
    });
    return Object.entries(metafile.outputs['out.js'].inputs)
      .filter(([, { bytesInOutput }]) => bytesInOutput > 0)
      .map(([file]) => path.basename(file));
  };

  test('an import of one function does not carry the others', async () => {
    const one = await inputsOf(
      "import { parseTraceparent } from 'spanlink'; console.log(parseTraceparent(''));",
    );
    for (const other of [
      'fan-in.js',
      'batch.js',
      'sampler.js',
      'links.js',
      'aws.js',
      'cloud.js',
      'xray.js',
    ]) {
      assert.ok(!one.includes(other), `${other} in ${one}`);
    }
    assert.ok(one.includes('span-context.js'));
    const named = await inputsOf("import { kafka } from 'spanlink/carriers'; console.log(kafka);");
    for (const other of ['aws.js', 'auto.js', 'b3.js'])
      assert.ok(!named.includes(other), `${other} in ${named}`);
    assert.deepEqual(await inputsOf("import 'spanlink'; import 'spanlink/carriers';"), [], 'no side effects');
  });
});

test('Rollup', async () => {
  const bundle = await rollup({ input: consumer('lambda.mjs'), plugins: [nodeResolve()] });
  const file = path.join(elsewhere(), 'index.mjs');
  await bundle.write({ file, format: 'es', inlineDynamicImports: true });
  await invoke(file);
});

test('webpack 5', async () => {
  const folder = elsewhere();
  const compiler = webpack({
    mode: 'production',
    target: 'node18',
    context: project,
    entry: consumer('lambda.mjs'),
    output: { path: folder, filename: 'index.cjs', library: { type: 'commonjs2' } },
    devtool: false,
  });
  const stats = await new Promise((resolve, reject) =>
    compiler.run((error, done) => (error ? reject(error) : resolve(done))),
  );
  assert.ok(!stats.hasErrors(), stats.toString());
  await invoke(path.join(folder, 'index.cjs'));
});

describe('Vite', () => {
  const common = { root: project, configFile: false, logLevel: 'error', cacheDir: elsewhere() };

  test('build for the server', async () => {
    const outDir = elsewhere();
    await buildWithVite({
      ...common,
      ssr: { noExternal: true },
      build: {
        ssr: consumer('lambda.mjs'),
        outDir,
        emptyOutDir: false,
        rollupOptions: { output: { entryFileNames: 'index.mjs' } },
      },
    });
    await invoke(path.join(outDir, 'index.mjs'));
  });

  test('the development server, as it renders on the server', async () => {
    const server = await createServer({
      ...common,
      server: { middlewareMode: true, ws: false, hmr: false },
      appType: 'custom',
      optimizeDeps: { noDiscovery: true },
    });
    after(() => server.close());
    const { handler } = await server.ssrLoadModule(consumer('lambda.mjs'));
    assertScenario(await handler());
  });
});

test('a bundle that is none of ours fails', async () => {
  const file = path.join(elsewhere(), 'index.mjs');
  writeFileSync(file, 'export const handler = () => "scenario {}";');
  await assert.rejects(invoke(file), assert.AssertionError);
});
