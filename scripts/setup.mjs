// Brings a fresh clone to where it can build: `node scripts/setup.mjs [--test]`. Run again, it only looks.
// Built-in modules alone: it runs before there is a node_modules.
import { existsSync, statSync } from 'node:fs';
import path from 'node:path';
import { main } from './main.mjs';
import { root, tool, tools } from './paths.mjs';
import { ask, must } from './run.mjs';
import { isAtLeast, leastNode, rustChannel, wasmBindgen, wasmPack } from './versions.mjs';

const TARGET = 'wasm32-unknown-unknown';
const COMPONENTS = ['clippy', 'rustfmt'];

const step = (name, what) => console.log(`set-up: ${name}: ${what}`);

function checkNode() {
  if (!isAtLeast(leastNode)) {
    throw new Error(`Node ${leastNode.join('.')} or newer is needed, this is ${process.versions.node}`);
  }
  step('node', process.versions.node);
}

// rust-toolchain.toml alone installs nothing where RUSTUP_AUTO_INSTALL=0, and says nothing.
async function checkRust() {
  if (ask('rustup', ['--version']) === undefined) {
    throw new Error('rustup is needed and was not found on PATH: install it from https://rustup.rs');
  }
  const channel = rustChannel();
  const installed = (what) =>
    ask('rustup', [what, 'list', '--installed', '--toolchain', channel])?.split('\n') ?? [];
  const components = installed('component');
  const hasComponent = (name) => components.some((line) => line.startsWith(`${name}-`));
  const missing = [
    ...['cargo', 'rustc', ...COMPONENTS].filter((name) => !hasComponent(name)),
    ...(installed('target').includes(TARGET) ? [] : [TARGET]),
  ];
  if (missing.length > 0) {
    step('rust', `installing ${channel}: ${missing.join(', ')}`);
    const wanted = ['--component', COMPONENTS.join(','), '--target', TARGET];
    try {
      await must('rustup', ['toolchain', 'install', channel, '--profile', 'minimal', ...wanted]);
    } catch (error) {
      throw new Error(
        `Rust ${channel} with ${COMPONENTS.join(', ')} and the target ${TARGET} could not be installed: ${error.message}`,
      );
    }
  }
  const cargo = ask('cargo', ['--version']);
  if (cargo === undefined) {
    throw new Error('cargo was not found on PATH, or does not work: is ~/.cargo/bin on it?');
  }
  step('rust', `${cargo}, ${TARGET}`);
}

async function installTool(name, crate, version, args) {
  const current = () => ask(tool(name), ['--version'])?.split(' ')[1];
  if (current() !== version) {
    step(name, `installing ${version} into .tools, which takes a minute or two`);
    // Debug without debug information: a third of the time to build, and fast enough to use.
    const env = { ...process.env, CARGO_PROFILE_DEV_DEBUG: '0' };
    const where = ['--root', tools, '--force'];
    await must('cargo', ['install', crate, '--version', `=${version}`, '--debug', ...args, ...where], {
      env,
    });
    if (current() !== version) {
      throw new Error(`${tool(name)} --version says ${current() ?? 'nothing'}, not ${version}`);
    }
  }
  step(name, version);
}

/** Installs the npm packages of a folder that has a package.json and a lock of its own. Gives whether it had to. */
export async function installPackages(folder = root, args = []) {
  const name = path.relative(root, folder).split(path.sep).join('/');
  const lock = path.join(folder, 'package-lock.json');
  const placed = path.join(folder, 'node_modules', '.package-lock.json');
  const isOld = !existsSync(placed) || statSync(lock).mtimeMs > statSync(placed).mtimeMs;
  if (isOld) {
    step('npm', `npm ci ${name && `in ${name}`}`);
    await must('npm', ['ci', ...args], { cwd: folder });
  }
  step('npm', `packages as in ${path.posix.join(name, 'package-lock.json')}`);
  return isOld;
}

/** All that is needed to build; with `test`, also what only the tests need. */
export async function setUp({ test = false } = {}) {
  checkNode();
  await checkRust();
  // Not --locked: the lock file shipped with it can name a version that the registry does not have.
  await installTool('wasm-bindgen', 'wasm-bindgen-cli', wasmBindgen(), ['--no-default-features']);
  if (test) await installTool('wasm-pack', 'wasm-pack', wasmPack, ['--locked']);
  await installPackages();
}

await main(import.meta, (args) => setUp({ test: args.includes('--test') }));
