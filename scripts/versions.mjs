// The versions other files pin: read from there, so that each is written once.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { inRoot, nodeModules, template } from './paths.mjs';

/** What the package and its set-up need of Node. */
export const leastNode = [18, 19];
/** What Vite, Next.js, wrangler and the newest clients need, which the package is tested with. */
export const leastNodeOfPeers = [20, 19];

/** Whether a Node, by default this one, is of a version or newer. */
export function isAtLeast([major, minor], version = process.versions.node) {
  const [found, less] = version.split('.').map(Number);
  return found > major || (found === major && less >= minor);
}

export const wasmPack = '0.15.1';

function pinned(file, pattern, what) {
  const found = readFileSync(inRoot(file), 'utf8').match(pattern);
  if (!found) throw new Error(`${file} does not say ${what}`);
  return found[1];
}

/** The crate's own version. */
export const crateVersion = () =>
  pinned('Cargo.toml', /^\[package\][^[]*?^version = "([^"]+)"/ms, 'the version');

/** The version of wasm-bindgen, which the command-line tool must equal to the last digit. */
export const wasmBindgen = () =>
  pinned(
    'Cargo.toml',
    /^wasm-bindgen = (?:"|\{.*?version = ")=([\d.]+)"/m,
    'an exact wasm-bindgen version ("=…")',
  );

export const rustChannel = () => pinned('rust-toolchain.toml', /^channel = "([^"]+)"/m, 'the channel');

/** The version the npm package will carry. */
export const packageVersion = () =>
  JSON.parse(readFileSync(path.join(template, 'package.json'), 'utf8')).version;

/** The installed version of a development dependency. */
export const installedVersion = (name) =>
  JSON.parse(readFileSync(path.join(nodeModules, name, 'package.json'), 'utf8')).version;
