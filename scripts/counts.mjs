// How many tests passed, failed and were skipped: single checks, sums, and what a test program printed.

/** What a check that holds, or does not, counts as. */
export const one = (good) => (good ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 });

/** The sum of several counts. */
export function add(all) {
  const total = { passed: 0, failed: 0, skipped: 0 };
  for (const counts of all) for (const key of Object.keys(total)) total[key] += counts[key] ?? 0;
  return total;
}

// eslint-disable-next-line no-control-regex
const plain = (text) => text.replace(/\x1b\[[0-9;]*m/g, '');

const sum = (text, pattern) =>
  [...plain(text).matchAll(pattern)].reduce((total, [, digits]) => total + Number(digits), 0);

/** `Summary [ 0.1s] 9 tests run: 5 passed (1 slow), 2 failed, 1 timed out, 1 exec failed, 3 skipped` */
export function ofNextest(output) {
  const summary = plain(output).match(/^\s*Summary \[.*$/m)?.[0] ?? '';
  return {
    passed: sum(summary, /(\d+) passed/g),
    failed: sum(summary, /(\d+) (?:failed|timed out|exec failed)/g),
    skipped: sum(summary, /(\d+) skipped/g),
  };
}

/** `test result: ok. 5 passed; 0 failed; 1 ignored; …`, once for each test program; wasm-pack prints the same. */
export function ofCargoTest(output) {
  const results =
    plain(output)
      .match(/^test result: .*$/gm)
      ?.join('\n') ?? '';
  return {
    passed: sum(results, /(\d+) passed/g),
    failed: sum(results, /(\d+) failed/g),
    skipped: sum(results, /(\d+) ignored/g),
  };
}

/** TAP as `node --test` writes it: totals as comments at the end, in which suites that are skipped are not. */
export function ofTap(tap) {
  // Node reports a file without a single test as one test that passed, named after the file.
  const empty = [...tap.matchAll(/^ok \d+ - .*\.test\.mjs$/gm)].length;
  return {
    passed: sum(tap, /^# pass (\d+)$/gm) - empty,
    failed: sum(tap, /^# (?:fail|cancelled) (\d+)$/gm) + empty,
    skipped: [...tap.matchAll(/^ *(?:not )?ok \d+ - .* # (?:SKIP|TODO)\b/gm)].length,
  };
}

/**
 * What a test program's run counts as: it must have run a test, or said that it skipped one, and a bad end is a failure
 * in itself.
 */
export function judged(code, { passed, failed, skipped }) {
  const hidden = failed === 0 && (code !== 0 || passed + skipped === 0);
  if (hidden) {
    console.error(code === 0 ? 'no test was run' : `ended with code ${code}, though no test failed`);
  }
  return { passed, failed: hidden ? 1 : failed, skipped };
}
