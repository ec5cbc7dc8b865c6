// Runs in a project that depends on the packed package (see scripts/bench.mjs): measures everything, and reports it.
import { mkdirSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { PACES } from './harness.mjs';
import { measureColdStart } from './cold-start/measure.mjs';
import { measureFanIn } from './fan-in/measure.mjs';
import { measureLinks } from './links/measure.mjs';
import { goalsTable, tables } from './report/table.mjs';
import { picture } from './report/picture.mjs';

/** Each takes a pace and gives `{ name, goals, tables }`; it may be asynchronous. */
const PARTS = [measureLinks, measureFanIn, measureColdStart];

const [out, mode = 'full'] = process.argv.slice(2);
const started = performance.now();
const parts = [];
for (const measure of PARTS) parts.push(await measure(PACES[mode]));
const report = {
  mode,
  node: process.version,
  cpu: os.cpus()[0]?.model,
  seconds: Math.round((performance.now() - started) / 1000),
  parts,
};

// Made in any case: what is wrong with them shows in a smoke run too.
const pictures = ['light', 'dark'].map((theme) => [`bench-${theme}.svg`, picture(report, theme)]);
const text = [tables(report), goalsTable(report)].join('\n');
if (mode === 'smoke') {
  console.log('all results are equal; nothing was timed');
} else {
  mkdirSync(out, { recursive: true });
  writeFileSync(path.join(out, 'bench.json'), `${JSON.stringify(report, null, 2)}\n`);
  for (const [name, drawn] of pictures) writeFileSync(path.join(out, name), drawn);
  console.log(text);
}
