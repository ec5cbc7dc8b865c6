// The public entries of the package, each a TypeScript source of that name in pkg-template/src/.
// `index` is `spanlink` itself, any other is `spanlink/<name>`. A new entry is a new line here.
import path from 'node:path';

// prettier-ignore
export const entries = [
  'index',
  'carriers',
  'sampler',
];

/** What the package's own programs import from the bundle for Node; no entry of the package. */
export const internal = ['diagnose'];

export const subpath = (entry) => (entry === 'index' ? '.' : `./${entry}`);

/** The bundle for Node. It is the entry `index` for `require`; the others find theirs in its `entries`. */
export const BUNDLE = 'spanlink.cjs';

/** The file that `require` gets for an entry. */
const required = (entry) => `./node/${entry === 'index' ? BUNDLE : `${entry}.cjs`}`;

/** What a name in node/ has to write to reach another file there. */
export const fromEntry = (entry, file) => {
  const relative = path.posix.relative(path.posix.dirname(entry), file);
  return relative.startsWith('.') ? relative : `./${relative}`;
};

/** The `exports` of package.json. Conditions match in order: `types` first in each, the most particular runtime first. */
export function exportsMap() {
  const map = {};
  for (const entry of entries) {
    const esm = { types: `./esm/${entry}.d.ts`, default: `./esm/${entry}.js` };
    const cjs = { types: `./node/${entry}.d.cts`, default: required(entry) };
    map[subpath(entry)] = {
      workerd: esm,
      'edge-light': esm,
      node: { import: { ...esm, default: `./node/${entry}.mjs` }, require: cjs },
      import: esm,
      require: cjs,
      default: esm,
    };
  }
  return { ...map, './package.json': './package.json' };
}

/** The `typesVersions` of package.json: TypeScript's `node10`, which `commonjs` means up to version 5, knows no `exports`. */
export const typesVersions = {
  '*': Object.fromEntries(
    entries.filter((entry) => entry !== 'index').map((entry) => [entry, [`./esm/${entry}.d.ts`]]),
  ),
};

/** The `imports` of package.json: where the one instance of the wasm module comes from, in each kind of host. */
export const importsMap = {
  '#instance': {
    workerd: './esm/instance/workerd.js',
    'edge-light': './esm/instance/edge-light.js',
    default: './esm/instance/inline.js',
  },
};
