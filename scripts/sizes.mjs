// What the package weighs, as it travels: raw, and compressed with brotli.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { brotliCompressSync } from 'node:zlib';
import { build } from 'esbuild';
import { entries } from './entries.mjs';
import { optimizedWasm, pkg } from './paths.mjs';

const withoutBytes = {
  name: 'without-bytes',
  setup({ onLoad }) {
    onLoad({ filter: /core[\\/]bytes\.js$/ }, () => ({ contents: "export const base64 = '';" }));
  },
};

async function minifiedModules() {
  const all = entries.map((entry) => `export * as ${JSON.stringify(entry)} from './${entry}.js';`);
  const { outputFiles } = await build({
    stdin: { contents: all.join('\n'), resolveDir: path.join(pkg, 'esm') },
    plugins: [withoutBytes],
    bundle: true,
    format: 'esm',
    minify: true,
    write: false,
    logLevel: 'warning',
  });
  return outputFiles[0].contents;
}

/** The sizes in bytes of each part. */
export async function measure() {
  const parts = {
    'wasm, optimized': readFileSync(optimizedWasm),
    'ES modules, minified, without the wasm': await minifiedModules(),
    'CommonJS bundle, with the wasm inline': readFileSync(path.join(pkg, 'node', 'spanlink.cjs')),
  };
  return Object.entries(parts).map(([part, bytes]) => ({
    part,
    raw: bytes.length,
    brotli: brotliCompressSync(bytes).length,
  }));
}

export async function printSizes() {
  const rows = (await measure()).map(({ part, raw, brotli }) => [part, String(raw), String(brotli)]);
  const row = ([part, raw, brotli]) => `  ${part.padEnd(40)}${raw.padStart(10)}${brotli.padStart(10)}`;
  console.log([['bytes', 'raw', 'brotli'], ...rows].map(row).join('\n'));
}
