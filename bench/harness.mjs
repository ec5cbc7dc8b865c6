// Times subjects side by side: in one process, in interleaved rounds, so that whatever slows the machine down slows
// them all. What counts is the ratio of two subjects in the same round, and the median of it.

/**
 * How long a comparison takes. `quick` ends a whole run in two minutes; `smoke` times nothing to speak of.
 *
 * `largest` is how many messages the largest batch has. Joins: `pending` of them wait in a large table, `few` in a
 * small one, `poll` events are offered at a time, `polls` times a round. `starts` is how many processes start cold.
 */
export const PACES = {
  full: {
    rounds: 31,
    sampleMs: 20,
    warmUpMs: 300,
    largest: 100_000,
    pending: 1_000_000,
    few: 10_000,
    poll: 500,
    polls: 40,
    starts: 21,
  },
  quick: {
    rounds: 11,
    sampleMs: 5,
    warmUpMs: 60,
    largest: 100_000,
    pending: 100_000,
    few: 1000,
    poll: 500,
    polls: 8,
    starts: 7,
  },
  smoke: {
    rounds: 1,
    sampleMs: 0,
    warmUpMs: 0,
    largest: 3000,
    pending: 2000,
    few: 200,
    poll: 50,
    polls: 2,
    starts: 1,
  },
};

/** What subjects return goes here, so that no compiler finds their work to be of no use. */
export let sink;

/** Runs `work` so many times, and gives the nanoseconds. */
function time(work, times) {
  const start = process.hrtime.bigint();
  for (let run = 0; run < times; run++) sink = work();
  return Number(process.hrtime.bigint() - start);
}

/** Warms a subject up, and finds how many runs of it fill a sample. */
function calibrate(work, { sampleMs, warmUpMs }) {
  let times = 1;
  let spent = 0;
  for (;;) {
    const taken = time(work, times);
    spent += taken;
    if (spent >= warmUpMs * 1e6 && taken >= sampleMs * 5e5) {
      return Math.max(1, Math.round((times * sampleMs * 1e6) / taken));
    }
    if (taken < sampleMs * 1e6) times *= 2;
  }
}

/** The value that `share` of the values are at or below. */
export function quantile(values, share) {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (sorted.length - 1) * share;
  const below = sorted[Math.floor(at)];
  return below + (sorted[Math.ceil(at)] - below) * (at - Math.floor(at));
}

/** Median and quartiles. */
export const spread = (values) => ({
  median: quantile(values, 0.5),
  low: quantile(values, 0.25),
  high: quantile(values, 0.75),
});

/**
 * Times functions side by side. `subjects` is an object of functions without arguments; each does the same work of
 * `units` units (messages, offers).
 *
 * The result has, for each subject, `ns[name]`: nanoseconds a unit in each round, and
 * `ratio(name, base)`: how many times faster `name` is than `base`, as median and quartiles over the rounds.
 */
export function compare(subjects, pace, { units = 1 } = {}) {
  const names = Object.keys(subjects);
  const times = Object.fromEntries(names.map((name) => [name, calibrate(subjects[name], pace)]));
  const ns = Object.fromEntries(names.map((name) => [name, []]));
  for (let round = 0; round < pace.rounds; round++) {
    // Another one begins each round, so that none always follows the same neighbour's garbage.
    for (let turn = 0; turn < names.length; turn++) {
      const name = names[(round + turn) % names.length];
      ns[name].push(time(subjects[name], times[name]) / times[name] / units);
    }
  }
  return comparison(ns);
}

/** Figures of subjects, round for round; where less is better, `ratio` says how many times better one is. */
export const comparison = (ns) => ({
  ns,
  ratio: (name, base) => spread(ns[base].map((slow, round) => slow / ns[name][round])),
});
