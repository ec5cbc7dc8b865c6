// The bundle for Node: all ES modules of the package as one CommonJS file, with the wasm inside.
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { transform } from 'esbuild';
import { rollup } from 'rollup';

/** Where the wasm is, as base64 text: a source map would carry it a second time. */
const BYTES = 'core/bytes.js';

/**
 * Exports what `spanlink` itself has, for Node reads one file for it: a second would take 0.7 ms of a cold start. What
 * the others have is in `entries`, which no program sees that lists the exports.
 */
const allOf = (others) =>
  [
    "export * from './index.js';",
    ...others.map((name) => `import * as ${name} from './${name}.js';`),
    `Object.defineProperty(exports, 'entries', { value: { ${others} } });`,
  ].join('\n');

/** Finds the modules of the folder `esm`, with the maps to their TypeScript. */
function modules(esm, others) {
  const all = '\0all';
  return {
    name: 'modules of the package',
    resolveId(id, importer) {
      if (id === all) return id;
      if (id === '#instance') return path.join(esm, 'instance', 'inline.js');
      return path.resolve(importer === all ? esm : path.dirname(importer), id);
    },
    load(file) {
      if (file === all) {
        return allOf(others);
      }
      const code = readFileSync(file, 'utf8');
      const map = /^\/\/# sourceMappingURL=(.*)$/m.exec(code)?.[1];
      return map ? { code, map: readFileSync(path.join(path.dirname(file), map), 'utf8') } : code;
    },
  };
}

/** Bundles the modules of the folder `esm` to `file`: those that `index` needs, and those of `others`. */
export async function bundleForNode(esm, others, file) {
  // Rollup keeps `const`, and what is constant V8 builds into the code that it compiles: a message takes 103 ns. As the
  // `var` that esbuild makes of it, 118.
  const bundle = await rollup({ input: '\0all', plugins: [modules(esm, others)] });
  const { output } = await bundle.generate({
    file,
    format: 'cjs',
    exports: 'named',
    externalLiveBindings: false,
    freeze: false,
    generatedCode: 'es2015',
    sourcemap: 'inline',
  });
  await bundle.close();
  // Less text to read is 1 ms of a cold start. At the top level names stay, for people who read a stack trace or log an
  // object; shorter syntax would make `let` of `const`.
  const { code, map } = await transform(output[0].code, {
    minifyWhitespace: true,
    minifyIdentifiers: true,
    sourcemap: 'external',
    target: 'node18',
  });
  const named = `${path.basename(file)}.map`;
  writeFileSync(file, `${code}//# sourceMappingURL=${named}\n`);
  writeFileSync(path.join(path.dirname(file), named), withoutBytes(JSON.parse(map)));
}

function withoutBytes(map) {
  map.sourcesContent = map.sources.map((source, at) =>
    source.endsWith(BYTES) ? null : map.sourcesContent[at],
  );
  return JSON.stringify(map);
}
