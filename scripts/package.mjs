// Puts the npm package together in pkg/: the ES modules, and for Node one CommonJS bundle under every entry.
import { cpSync, existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { BUNDLE, entries, exportsMap, fromEntry, importsMap, internal, typesVersions } from './entries.mjs';
import { filesUnder, fingerprint, makeWhenChanged } from './fingerprint.mjs';
import { bundleForNode } from './node-bundle.mjs';
import { generatedCore, inRoot, nodeModules, pkg, template } from './paths.mjs';
import { must } from './run.mjs';
import { crateVersion, installedVersion, packageVersion } from './versions.mjs';

const DOCUMENTS = [path.join(template, 'README.md'), inRoot('LICENSE'), inRoot('CHANGELOG.md')];

const esm = (...parts) => path.join(pkg, 'esm', ...parts);

function write(file, text) {
  const target = path.join(pkg, file);
  mkdirSync(path.dirname(target), { recursive: true });
  writeFileSync(target, text);
}

async function compileTypeScript() {
  const tsc = path.join(nodeModules, 'typescript', 'bin', 'tsc');
  await must(process.execPath, [tsc, '--project', path.join(template, 'tsconfig.json')]);
  cpSync(generatedCore, esm('core'), { recursive: true });
}

// Names are written out: Node's guess at what a CommonJS module exports is not relied upon.
async function writeNodeEntries() {
  for (const entry of entries) {
    const names = Object.keys(await import(pathToFileURL(esm(`${entry}.js`)).href)).sort();
    if (names.length === 0) throw new Error(`the entry ${entry} exports nothing`);
    const bundle = `require('${fromEntry(entry, BUNDLE)}')`;
    write(
      `node/${entry}.cjs`,
      `'use strict';\nconst entry = ${bundle}${entry === 'index' ? '' : `.entries['${entry}']`};\n` +
        names.map((name) => `exports.${name} = entry.${name};\n`).join(''),
    );
    write(
      `node/${entry}.mjs`,
      // From the small entry: Node reads a CommonJS file that a module imports for the names of its exports, and the
      // bundle with its base64 text takes it 50 ms.
      `import entry from './${path.basename(entry)}.cjs';\nexport const {\n` +
        names.map((name) => `  ${name},\n`).join('') +
        `} = entry;\n`,
    );
  }
}

// To TypeScript a `.d.ts` here is an ES module, which CommonJS cannot import before Node 22: it needs `.d.cts` files.
// They are copies, not re-exports, because no form of those is valid for every `module` setting and keeps its comments.
function writeCommonJsTypes() {
  const seen = new Set();
  const specifier = /(\bfrom\s+|\bimport\(|^import\s+)(['"])(\.{1,2}\/[^'"]+)\.js\2/gm;
  const visit = (name) => {
    if (seen.has(name)) return;
    seen.add(name);
    if (name.startsWith('core/')) {
      throw new Error(
        `the public types reach ${name}.d.ts, the wasm binding, which needs the types of a browser`,
      );
    }
    const text = readFileSync(esm(`${name}.d.ts`), 'utf8').replace(/^\/\/# sourceMappingURL=.*\n?/m, '');
    for (const [, , , target] of text.matchAll(specifier))
      visit(path.posix.join(path.posix.dirname(name), target));
    write(`node/${name}.d.cts`, text.replace(specifier, '$1$2$3.cjs$2'));
  };
  entries.forEach(visit);
}

function writeManifest() {
  const manifest = JSON.parse(readFileSync(path.join(template, 'package.json'), 'utf8'));
  if (manifest.version !== crateVersion()) {
    throw new Error(`pkg-template/package.json is version ${manifest.version}, Cargo.toml ${crateVersion()}`);
  }
  write(
    'package.json',
    `${JSON.stringify({ ...manifest, exports: exportsMap(), typesVersions, imports: importsMap }, null, 2)}\n`,
  );
}

async function assemble() {
  // Kept as a folder: someone may have it open, or link to it.
  for (const name of existsSync(pkg) ? readdirSync(pkg) : []) {
    rmSync(path.join(pkg, name), { recursive: true, force: true });
  }
  await compileTypeScript();
  cpSync(path.join(template, 'bin'), path.join(pkg, 'bin'), { recursive: true });
  writeManifest();
  // `import` and `require` share this bundle: one instance, and `instanceof` holds between them.
  mkdirSync(path.join(pkg, 'node'), { recursive: true });
  const others = [...entries.filter((entry) => entry !== 'index'), ...internal];
  await bundleForNode(esm(), others, path.join(pkg, 'node', BUNDLE));
  await writeNodeEntries();
  writeCommonJsTypes();
  for (const file of DOCUMENTS.filter((each) => existsSync(each))) {
    cpSync(file, path.join(pkg, path.basename(file)));
  }
}

/** Makes pkg/ from pkg-template/ and the built wasm, when any of it has changed. */
export async function buildPackage() {
  const scripts = ['package.mjs', 'node-bundle.mjs', 'entries.mjs'].map((name) => inRoot('scripts', name));
  const versions = ['typescript', 'rollup', 'esbuild'].map(installedVersion);
  const inputs = fingerprint(
    [template, ...DOCUMENTS, ...scripts],
    crateVersion(),
    packageVersion(),
    versions,
  );
  const ran = await makeWhenChanged('package', inputs, [pkg], assemble);
  console.log(`build: package: ${ran ? `built, ${filesUnder(pkg).length} files` : 'up to date'}`);
}
