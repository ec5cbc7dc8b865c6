// Runs the ```js blocks of the READMEs, each as a module of its own, and compares what they print with what they say:
// comments of the form `// prints: TEXT`, one for each line of output.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { inRoot } from './paths.mjs';
import { run } from './run.mjs';

const READMES = ['README.md', 'pkg-template/README.md'];

/** The code blocks of a Markdown text, with the line each begins at. */
function blocksOf(markdown) {
  return [...markdown.matchAll(/^( *)```js\b[^\n]*\n(.*?)^\1```/gms)].map((match) => ({
    line: markdown.slice(0, match.index).split('\n').length,
    code: match[2],
  }));
}

const expectedOf = (code) => [...code.matchAll(/\/\/ prints: ?(.*)$/gm)].map(([, text]) => text.trimEnd());

function difference(expected, actual) {
  const lines = [];
  for (let index = 0; index < Math.max(expected.length, actual.length); index += 1) {
    if (expected[index] === actual[index]) {
      lines.push(`    ${expected[index]}`);
    } else {
      if (index < expected.length) lines.push(`  - ${expected[index]}`);
      if (index < actual.length) lines.push(`  + ${actual[index]}`);
    }
  }
  return lines.join('\n');
}

async function fault({ code }, file) {
  const expected = expectedOf(code);
  if (expected.length === 0) return 'proves nothing: it has no `// prints:` comment';
  writeFileSync(file, code);
  const cwd = path.dirname(path.dirname(file));
  const result = await run(process.execPath, [file], { cwd, quiet: true, timeoutMs: 60_000 });
  if (result.code !== 0) return `ended with code ${result.code}\n${result.output}`;
  const actual =
    result.stdout === ''
      ? []
      : result.stdout
          .trimEnd()
          .split('\n')
          .map((line) => line.trimEnd());
  if (expected.join('\n') === actual.join('\n')) return undefined;
  return `prints something else (- as written, + as printed)\n${difference(expected, actual)}`;
}

/** Runs every block of every README in the consumer's project. A README without any is a failure. */
export async function runSnippets(consumer) {
  const counts = { passed: 0, failed: 0 };
  const folder = path.join(consumer, 'snippets');
  mkdirSync(folder, { recursive: true });
  for (const readme of READMES) {
    const blocks = existsSync(inRoot(readme)) ? blocksOf(readFileSync(inRoot(readme), 'utf8')) : [];
    if (blocks.length === 0) {
      console.error(`not ok ${readme}: no \`\`\`js block`);
      counts.failed += 1;
    }
    for (const block of blocks) {
      const name = `${readme.replace(/\W+/g, '-')}-${block.line}.mjs`;
      const wrong = await fault(block, path.join(folder, name));
      if (wrong === undefined) console.log(`ok ${readme}:${block.line}`);
      else console.error(`not ok ${readme}:${block.line} ${wrong}`);
      counts[wrong === undefined ? 'passed' : 'failed'] += 1;
    }
  }
  return counts;
}
