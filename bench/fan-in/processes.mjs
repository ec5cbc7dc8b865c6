// Has every table measured in processes of its own that take turns. In one process, a table without garbage would wait
// for the collector of all the others; and none would show what it takes of memory.
import { startChild } from '../child.mjs';
import { comparison } from '../harness.mjs';
import { NAMES } from './tables.mjs';

/** Polls of other tables before anything is measured. */
const WARM_UP = 100;
const PAUSES = 7;

/** The young generation has from the start the size that it would grow to, or that would count as a table's memory. */
const NODE = ['--min-semi-space-size=16'];

function start(name, kind, pending, poll) {
  return startChild(new URL('./worker.mjs', import.meta.url), [name, kind, pending, poll], NODE);
}

/** Runs `work` with a process for each table, when all have started, and ends them. */
async function withTables(kind, pending, poll, work) {
  const tables = Object.fromEntries(NAMES.map((name) => [name, start(name, kind, pending, poll)]));
  try {
    await forEach(tables, (table) => table.ask('isReady'));
    return await work(tables);
  } finally {
    for (const table of Object.values(tables)) table.end();
  }
}

/** Has `work` done with one table after the other. */
async function forEach(tables, work) {
  const results = {};
  for (const [name, table] of Object.entries(tables)) results[name] = await work(table);
  return results;
}

const fill = (table, { rounds }) => table.ask('fill', rounds > 1 ? WARM_UP : 1);

/** The bytes that each table takes for a join that waits. */
export function memory(kind, pace) {
  return withTables(kind, pace.pending, pace.poll, (tables) => forEach(tables, (table) => fill(table, pace)));
}

/** The answers of each table, asked so many times: each in turn begins. */
async function inTurns(tables, times, call, argument) {
  const names = Object.keys(tables);
  const answers = Object.fromEntries(names.map((name) => [name, []]));
  for (let round = 0; round < times; round++) {
    for (let turn = 0; turn < names.length; turn++) {
      const name = names[(round + turn) % names.length];
      answers[name].push(await tables[name].ask(call, argument));
    }
  }
  return answers;
}

/** `answers` turned round: for each of their names, what each table had. */
function byFigure(answers) {
  const figures = {};
  for (const [table, rounds] of Object.entries(answers)) {
    for (const round of rounds) {
      for (const [figure, value] of Object.entries(round))
        ((figures[figure] ??= {})[table] ??= []).push(value);
    }
  }
  return Object.fromEntries(Object.entries(figures).map(([figure, each]) => [figure, comparison(each)]));
}

/** The pauses of the garbage collector before and after a table is filled, and the bytes that it takes. */
async function filled(table, pace) {
  const idle = await table.ask('pauses', PAUSES);
  const bytes = await fill(table, pace);
  return { idle, bytes, pauses: await table.ask('pauses', PAUSES) };
}

/**
 * Tables in which `pace.pending` joins wait, and tables in which `pace.few` do: their memory, the pauses of the garbage
 * collector, and nanoseconds an event. Small tables are named `<name>, few`.
 */
export function compareTables(pace) {
  const { pending, few, poll, polls, rounds } = pace;
  return withTables('plain', pending, poll, async (large) => {
    // Pauses do not take turns: a process goes on sweeping behind them, which would disturb the next one.
    const state = await forEach(large, (table) => filled(table, pace));
    return withTables('plain', few, poll, async (small) => {
      await forEach(small, (table) => fill(table, pace));
      const all = { ...large };
      for (const [name, table] of Object.entries(small)) all[`${name}, few`] = table;
      if (rounds > 1) await forEach(all, (table) => table.ask('round', polls));
      const events = byFigure(await inTurns(all, rounds, 'round', polls));
      // The first one also forgets all that has been completed.
      await forEach(large, (table) => table.ask('expire', 1));
      const expired = byFigure(await inTurns(large, rounds, 'expire', 4));
      return { state, events, expired };
    });
  });
}
