// The bundle for Node: all ES modules of the package as one CommonJS file, with the wasm inside.
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { transform } from 'esbuild';
import { rollup } from 'rollup';

/** Where the wasm is, as base64 text: a source map would carry it a second time. */
const BYTES = 'core/bytes.js';

/** Finds the modules of the folder `esm`, with the maps to their TypeScript; `exported` become a namespace each. */
function modules(esm, exported) {
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
        return exported.map((name) => `export * as ${name} from './${name}.js';\n`).join('');
      }
      const code = readFileSync(file, 'utf8');
      const map = /^\/\/# sourceMappingURL=(.*)$/m.exec(code)?.[1];
      return map ? { code, map: readFileSync(path.join(path.dirname(file), map), 'utf8') } : code;
    },
  };
}

/** Bundles the modules of the folder `esm` to `file`. Its exports are the namespaces of `exported`. */
export async function bundleForNode(esm, exported, file) {
  // Rollup keeps `const`, and what is constant V8 builds into the code that it compiles: a message takes 103 ns. As the
  // `var` that esbuild makes of it, 118.
  const bundle = await rollup({ input: '\0all', plugins: [modules(esm, exported)] });
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
  // Names stay, for people who read a stack trace or log an object. Less text to read is 0.5 ms of a cold start; shorter
  // syntax would make `let` of `const`.
  const { code, map } = await transform(output[0].code, {
    minifyWhitespace: true,
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
