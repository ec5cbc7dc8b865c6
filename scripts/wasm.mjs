// Compiles the Rust core, and makes of it what the TypeScript sources import:
// `./core/core.js`, the binding, and the module itself: `./core/core_bg.wasm`, and as text in `./core/bytes.js`.
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fingerprint, makeWhenChanged } from './fingerprint.mjs';
import { assertImportless, withoutImports } from './importless.mjs';
import {
  cargoTarget,
  generatedCore,
  inRoot,
  nodeModules,
  optimizedWasm,
  root,
  scratch,
  tool,
} from './paths.mjs';
import { must, toolEnv } from './run.mjs';
import { assertUnused, silence } from './silence.mjs';
import { installedVersion, wasmBindgen } from './versions.mjs';

const TARGET = 'wasm32-unknown-unknown';
const compiled = path.join(cargoTarget, TARGET, 'release', 'spanlink.wasm');
const bound = path.join(scratch, 'wasm-bindgen');

// What rustc emits by default, but for references (see importless.mjs), and vectors. Every supported runtime has them;
// wasm-opt refuses a module that needs more.
const FEATURES = [
  'bulk-memory',
  'bulk-memory-opt',
  'multivalue',
  'mutable-globals',
  'nontrapping-float-to-int',
  'sign-ext',
  'simd',
];

/** What has LLVM write a thing once: a loop for each case it may meet is longer, and loops here are short. */
const SMALLER = [
  // Less is put in place of its call than by default, which is a twelfth of the module, for 5 % of an offer. At 30 the
  // module is a fiftieth smaller still, but an offer takes 5 to 10 % longer.
  '-inline-threshold=84',
  // Together, and without loops made of vectors, a twenty-fifth of the module. Nothing becomes slower.
  '-unroll-runtime=false',
  '-unroll-peel-max-count=0',
  '-rotation-max-header-size=4',
  '-jump-threading-threshold=1',
  '-enable-load-pre=false',
  // More than 40 bytes are copied by an instruction for that, which V8 makes a call of: a hundredth, in places where
  // that takes no time that can be measured. At 32 bytes an offer takes 2 % more.
  '-max-store-memcpy=5',
];

const FLAGS_OF_ENVIRONMENT = [
  'RUSTFLAGS',
  'CARGO_ENCODED_RUSTFLAGS',
  `CARGO_TARGET_${TARGET.toUpperCase().replaceAll('-', '_')}_RUSTFLAGS`,
];

/**
 * The stack, in bytes: thirty times what is used of it (tests/js/stack.test.mjs). A megabyte, as by default, would be in
 * each instance's memory, and addresses behind it take a byte more in the module, a hundredth of it. Past its end there
 * is no memory, so that what needs more traps.
 */
const STACK = 64 * 1024;

async function compile() {
  // Panic messages carry source paths: the published module must not tell whose machine made it.
  const cargoHome = process.env.CARGO_HOME ?? path.join(os.homedir(), '.cargo');
  const flags = [`--remap-path-prefix=${cargoHome}=/cargo`, `--remap-path-prefix=${root}=/spanlink`];
  for (const argument of SMALLER) flags.push('-C', `llvm-args=${argument}`);
  flags.push('-C', 'no-vectorize-loops', '-C', `link-arg=-zstack-size=${STACK}`);
  // Beside the flags of .cargo/config.toml. Those of the environment would take the place of both, and the module would
  // have neither vectors nor these: they do not count here.
  const more = `target.${TARGET}.rustflags = ${JSON.stringify(flags)}`;
  const env = toolEnv();
  for (const name of FLAGS_OF_ENVIRONMENT) delete env[name];
  const args = ['--release', '--target', TARGET, '--no-default-features', '--lib', '--config', more];
  await must('cargo', ['build', ...args], { env });
}

function replaceOnce(text, from, to) {
  const parts = text.split(from);
  if (parts.length !== 2) {
    throw new Error(`wasm-bindgen's output has ${parts.length - 1} times \`${from}\`, expected 1`);
  }
  return parts.join(to);
}

async function bind() {
  rmSync(bound, { recursive: true, force: true });
  mkdirSync(bound, { recursive: true });
  const importless = path.join(bound, 'importless.wasm');
  writeFileSync(importless, withoutImports(readFileSync(compiled)));
  const options = ['--target', 'web', '--omit-default-module-path', '--out-name', 'core', '--out-dir', bound];
  await must(tool('wasm-bindgen'), [importless, ...options]);
  mkdirSync(path.dirname(optimizedWasm), { recursive: true });
  const silenced = path.join(bound, 'silenced.wasm');
  const { silent, blanks } = silence(readFileSync(path.join(bound, 'core_bg.wasm')));
  writeFileSync(silenced, silent);
  await must(process.execPath, [
    path.join(nodeModules, 'binaryen', 'bin', 'wasm-opt'),
    silenced,
    // Twice, for the first leaves something to the second; in the order of how often they are called, which brotli writes
    // shorter; and large functions with one caller stay by themselves, where LLVM left them: 150 bytes each.
    ...[
      '--one-caller-inline-max-function-size',
      '40',
      '-O3',
      '-O3',
      '--reorder-functions',
      '--reorder-locals',
    ],
    // The first kilobyte is the far end of the stack: an address may be written as a base and an offset.
    ...['--low-memory-unused', '--mvp-features', ...FEATURES.map((feature) => `--enable-${feature}`)],
    ...['--strip-debug', '--strip-producers', '--strip-target-features', '-o', optimizedWasm],
  ]);
  const bytes = readFileSync(optimizedWasm);
  if (!WebAssembly.validate(bytes)) throw new Error('wasm-opt made a module that does not validate');
  assertImportless(bytes);
  assertUnused(bytes, blanks);

  rmSync(generatedCore, { recursive: true, force: true });
  mkdirSync(generatedCore, { recursive: true });
  const write = (name, text) => writeFileSync(path.join(generatedCore, name), text);
  const binding = (name) => readFileSync(path.join(bound, name), 'utf8');
  // A module compiled in another realm, as edge runtimes do, is no instance of this realm's class.
  write(
    'core.js',
    replaceOnce(
      binding('core.js'),
      '!(module instanceof WebAssembly.Module)',
      "Object.prototype.toString.call(module) !== '[object WebAssembly.Module]'",
    ),
  );
  write('core.d.ts', binding('core.d.ts'));
  write('bytes.js', `export const base64 =\n  '${bytes.toString('base64')}';\n`);
  // For hosts that compile modules before the program runs.
  cpSync(optimizedWasm, path.join(generatedCore, 'core_bg.wasm'));
  write('bytes.d.ts', 'export declare const base64: string;\n');
}

/** Cargo knows by itself what is up to date; the rest runs when its module has changed. */
export async function buildWasm() {
  await compile();
  const inputs = fingerprint(
    [
      compiled,
      ...['wasm.mjs', 'importless.mjs', 'silence.mjs', 'traps.mjs'].map((name) => inRoot('scripts', name)),
    ],
    wasmBindgen(),
    installedVersion('binaryen'),
  );
  const ran = await makeWhenChanged('wasm', inputs, [optimizedWasm, generatedCore], bind);
  console.log(`build: wasm: ${ran ? 'built' : 'up to date'}`);
}
