// Everything that is measured about joins that wait in memory, as tables and goals.
import { comparison, quantile, spread } from '../harness.mjs';
import { goal } from '../report/goal.mjs';
import { compareTables, memory } from './processes.mjs';
import { assertSameTables } from './same.mjs';
import { MAPS, NAMES } from './tables.mjs';

const few = (name) => `${name}, few`;

/** What is measured of an event, and the name of its table. */
const EVENTS = {
  first: 'the first event of a join',
  completing: 'the event that completes it',
  firstMany: 'the first event, offerMany',
  completingMany: 'the event that completes it, offerMany',
  settling: 'settle',
};

/** The Map with the lowest median. */
function bestMap({ ns }) {
  const median = (name) => quantile(ns[name], 0.5);
  return MAPS.reduce((best, name) => (median(name) < median(best) ? name : best));
}

function timeTable(title, column, comparison) {
  const best = bestMap(comparison);
  const rows = NAMES.map((name) => ({
    name,
    cells: [spread(comparison.ns[name]), comparison.ratio(name, best)],
  }));
  return { title, columns: [column, '× best Map'], rows };
}

const againstBest = (comparison) => comparison.ratio('spanlink', bestMap(comparison));

function memoryTable(title, bytes) {
  const cell = (value) => (Number.isFinite(value) ? spread([value]) : undefined);
  return {
    title,
    columns: ['pages', 'heap', 'WebAssembly', 'stats().bytes'],
    rows: NAMES.map((name) => {
      const { rss, heap, wasm, counted } = bytes[name];
      return { name, cells: [rss, heap, wasm, counted].map(cell) };
    }),
  };
}

function pausesTable(title, idle, pauses) {
  const best = bestMap(pauses);
  return {
    title,
    columns: ['ms', 'ms before, no joins', '× shorter than best Map'],
    rows: NAMES.map((name) => ({
      name,
      cells: [spread(pauses.ns[name]), spread(idle[name]), pauses.ratio(name, best)],
    })),
  };
}

export async function measureFanIn(pace) {
  await assertSameTables();
  const { state, events, expired } = await compareTables(pace);
  const ofEach = (what) => Object.fromEntries(NAMES.map((name) => [name, state[name][what]]));
  const bytes = ofEach('bytes');
  const pauses = comparison(ofEach('pauses'));
  const withStates = await memory('states', pace);
  const longKeys = await memory('long', pace);
  const { pending } = pace;
  const atMost = { atMost: true };
  const size = Math.max(bytes.spanlink.rss, bytes.spanlink.wasm);

  const growth = (what) => events[what].ratio(few('spanlink'), 'spanlink');
  return {
    name: 'fan-in',
    goals: [
      goal(`bytes of a pending key, ${pending} of them`, 130, 100, spread([size]), atMost),
      goal(`first event of a join, × best Map, ${pending} pending`, 1.5, 2, againstBest(events.first)),
      goal(`first event, offerMany, × best Map, ${pending} pending`, 1.5, 2, againstBest(events.firstMany)),
      goal(`completing event, × best Map, ${pending} pending`, 1.5, 2, againstBest(events.completing)),
      goal(`full collection of garbage, × shorter, ${pending} pending`, 20, 60, againstBest(pauses)),
      goal(`first event, ${pending} pending against ${pace.few}`, 4, 2.5, growth('first'), atMost),
      goal(`completing event, ${pending} pending against ${pace.few}`, 4, 2.5, growth('completing'), atMost),
    ],
    tables: [
      ...Object.entries(EVENTS).map(([what, title]) =>
        timeTable(`fan-in: ${title}, ${pending} pending`, 'ns', events[what]),
      ),
      timeTable('fan-in: a join whose time is over', 'ns', expired.expiring),
      {
        title: `fan-in: ${pending} pending against ${pace.few}`,
        columns: ['first event, × the time', 'completing event, × the time'],
        rows: NAMES.map((name) => ({
          name,
          cells: [events.first.ratio(few(name), name), events.completing.ratio(few(name), name)],
        })),
      },
      memoryTable(`fan-in: bytes a pending UUID, ${pending} of them`, bytes),
      memoryTable('fan-in: the same with tracestates of 60 characters', withStates),
      memoryTable('fan-in: the same with keys of 100 bytes', longKeys),
      pausesTable(`fan-in: full collection of garbage, ${pending} pending`, ofEach('idle'), pauses),
    ],
  };
}
