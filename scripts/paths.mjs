// Where things are, relative to the repository, wherever it was cloned to.
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
export const inRoot = (...parts) => path.join(root, ...parts);

export const tools = inRoot('.tools');
export const scratch = inRoot('.tmp');
export const nodeModules = inRoot('node_modules');
export const template = inRoot('pkg-template');
export const generatedCore = path.join(template, 'src', 'core');
export const pkg = inRoot('pkg');
export const optimizedWasm = path.join(scratch, 'wasm', 'core_bg.wasm');

const exe = process.platform === 'win32' ? '.exe' : '';
export const tool = (name) => path.join(tools, 'bin', name + exe);

export const cargoTarget = path.resolve(root, process.env.CARGO_TARGET_DIR ?? 'target');
