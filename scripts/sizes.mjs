// What the package weighs, as it travels: raw, and compressed with brotli.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { brotliCompressSync } from 'node:zlib';
import { build } from 'esbuild';
import { inRoot, nodeModules, optimizedWasm, pkg } from './paths.mjs';

const BUDGET = inRoot('scripts', 'size-budget.json');
/** Not ours: what a consumer of OpenTelemetry's own propagator bundles, to compare with. */
const PEER = '@opentelemetry/core propagator, bundled';

const withoutBytes = {
  name: 'without-bytes',
  setup({ onLoad }) {
    onLoad({ filter: /core[\\/]bytes\.js$/ }, () => ({ contents: "export const base64 = '';" }));
  },
};

/** The minified bundle of a consumer's program, by default without the wasm. */
async function bundled(contents, resolveDir, plugins = [withoutBytes]) {
  const { outputFiles } = await build({
    stdin: { contents, resolveDir },
    plugins,
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
  const peer =
    "import { W3CTraceContextPropagator } from '@opentelemetry/core'; console.log(W3CTraceContextPropagator);";
  const consumer = "import { linkBatch } from './esm/index.js'; console.log(linkBatch);";
  const parts = {
    'wasm, optimized': readFileSync(optimizedWasm),
    'JavaScript of a consumer of linkBatch': await bundled(consumer, pkg),
    'the same, with the wasm inline': await bundled(consumer, pkg, []),
    'JavaScript of everything': await bundled(
      "import * as a from './esm/index.js'; import * as b from './esm/carriers.js'; console.log(a, b);",
      pkg,
    ),
    'CommonJS bundle, with the wasm inline': readFileSync(path.join(pkg, 'node', 'spanlink.cjs')),
    [PEER]: await bundled(peer, path.dirname(nodeModules)),
  };
  return Object.entries(parts).map(([part, bytes]) => ({
    part,
    raw: bytes.length,
    brotli: brotliCompressSync(bytes).length,
  }));
}

export async function printSizes() {
  const rows = (await measure()).map(({ part, raw, brotli }) => [part, String(raw), String(brotli)]);
  const row = ([part, raw, brotli]) => `  ${part.padEnd(42)}${raw.padStart(10)}${brotli.padStart(10)}`;
  console.log([['bytes', 'raw', 'brotli'], ...rows].map(row).join('\n'));
}

/** What weighs more than size-budget.json allows. A part that is not in it, or no part any more, is a fault too. */
export async function overBudget() {
  const budget = JSON.parse(readFileSync(BUDGET, 'utf8'));
  const parts = (await measure()).filter(({ part }) => part !== PEER);
  const gone = Object.keys(budget).filter((name) => !parts.some(({ part }) => part === name));
  return [
    ...gone.map((name) => `the budget has a part that is none: ${name}`),
    ...parts.flatMap(({ part, ...sizes }) =>
      Object.entries(sizes)
        .filter(([how, size]) => !(size <= budget[part]?.[how]))
        .map(([how, size]) => `${part}: ${size} bytes ${how}, the budget is ${budget[part]?.[how]}`),
    ),
  ];
}
