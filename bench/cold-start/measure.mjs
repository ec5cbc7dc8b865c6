// How long it takes to load the package in a fresh process, beside the package that it does without.
import assert from 'node:assert/strict';
import { inChild } from '../child.mjs';
import { comparison, spread } from '../harness.mjs';
import { goal } from '../report/goal.mjs';

const THEIRS = 'require @opentelemetry/core';
const OURS = ['require spanlink', 'import spanlink'];
const NAMES = [...OURS, THEIRS];

/** Starts a process that loads a package in one of these ways, from a module of the same kind. */
function start(name) {
  const [way, what] = name.split(' ');
  const file = way === 'import' ? './start.mjs' : './start.cjs';
  return inChild(new URL(file, import.meta.url), [what]);
}

export function measureColdStart(pace) {
  const load = Object.fromEntries(NAMES.map((name) => [name, []]));
  const call = Object.fromEntries(NAMES.map((name) => [name, []]));
  // The first one reads the files from the disk.
  NAMES.forEach(start);
  for (let turn = 0; turn < pace.starts; turn++) {
    for (const name of NAMES) {
      const started = start(name);
      assert.equal(started.links, 1, name);
      load[name].push(started.load);
      call[name].push(started.call);
    }
  }
  const loading = comparison(load);
  const both = NAMES.map((name) => [name, load[name].map((ms, turn) => ms + call[name][turn])]);
  const together = comparison(Object.fromEntries(both));
  return {
    name: 'cold start',
    goals: OURS.map((name) =>
      goal(`cold start: ${name}, time of ${THEIRS}`, 0.15, 0.05, loading.ratio(THEIRS, name), {
        atMost: true,
      }),
    ),
    tables: [
      {
        title: 'cold start, fresh processes',
        columns: ['ms to load', 'ms of the first call', 'loading, of theirs', 'both, of theirs'],
        rows: NAMES.map((name) => ({
          name,
          cells: [
            spread(load[name]),
            spread(call[name]),
            loading.ratio(THEIRS, name),
            together.ratio(THEIRS, name),
          ],
        })),
      },
    ],
  };
}
