// Everything that is measured about contexts and links, as tables and goals.
import { inChild } from '../child.mjs';
import { quantile, spread } from '../harness.mjs';
import { goal } from '../report/goal.mjs';
import { batches, limited, scaling } from './batches.mjs';
import { singles } from './single.mjs';
import { spans } from './span.mjs';

const COLUMNS = ['ns a message', '× extract', '× best JS'];

/** The tables that the picture shows, and what it calls them. */
const IN_PICTURE = {
  'one message, text, all valid': 'One message with text headers',
  'one message with tracestate, serialized': 'One message with a tracestate, serialized again',
  'batch: text, 1000': '1000 messages with text headers',
  'batch: buffers, 1000': '1000 messages of kafkajs, whose headers are Buffers',
  'batch: text, tracestate, 1000': '1000 messages with a tracestate',
};

/** A row for each subject of a comparison. */
function table(title, { ns, ratio }, base = 'best JS', inPicture = IN_PICTURE[title]) {
  const rows = Object.keys(ns).map((name) => ({
    name,
    cells: [spread(ns[name]), ratio(name, 'extract'), ns[base] && ratio(name, base)],
  }));
  return { title, columns: COLUMNS, rows, inPicture };
}

/** The ratio turned round: how many times longer than its base something takes. */
const longer = (comparison, name, base) => comparison.ratio(base, name);

export function measureLinks(pace) {
  const single = singles(pace);
  const batch = batches(pace);
  const scale = scaling(pace);
  const end = spans(pace);
  const strings = batch['text, 1000'];
  const kept = Object.fromEntries(
    ['text', 'buffers', 'regex'].map((way) => [way, inChild(new URL('./kept.mjs', import.meta.url), [way])]),
  );
  const alone = end.ns['the span alone'];
  const share = spread(alone.map((ns, round) => 1 - ns / end.ns.spanlink[round]));

  return {
    name: 'links',
    goals: [
      goal('single string, × extract', 5, 7, single.text.ratio('spanlink', 'extract')),
      goal('single string, × best JS', 1.2, 1.6, single.text.ratio('spanlink', 'best JS')),
      goal('batch of 1000 strings, × extract', 5, 8, strings.ratio('spanlink', 'extract')),
      goal(
        'batch of 1000 strings, × best JS, same work',
        2,
        3,
        strings.ratio('spanlink', 'best JS, same work'),
      ),
      goal(
        'batch of 1000 strings, time of the allocation floor',
        2.6,
        2,
        longer(strings, 'spanlink', 'floor'),
        {
          atMost: true,
        },
      ),
      goal(
        'batch of 1000 kafkajs Buffers, × extract',
        5,
        8,
        batch['buffers, 1000'].ratio('spanlink', 'extract'),
      ),
      goal('tracestate, extract and serialize, × extract', 7, 11, single.states.ratio('spanlink', 'extract')),
      goal(
        `cost per message in a batch of ${pace.largest} against 1000`,
        2,
        1.3,
        longer(scale, 'large', 'small'),
        {
          atMost: true,
        },
      ),
    ],
    tables: [
      table('one message, text, 5 % invalid', single.text),
      table('one message, text, all valid', single.valid),
      table('one message, Buffers, 5 % invalid', single.buffers),
      table('one message with tracestate, serialized', single.states),
      ...Object.entries(batch).map(([name, each]) => table(`batch: ${name}`, each, 'best JS, same work')),
      table('batch: text, 1000, at most 128 links', limited(pace), 'best JS, same work'),
      {
        title: 'cost per message as a batch grows',
        columns: ['ns a message'],
        rows: Object.entries(scale.ns).map(([name, ns]) => ({ name, cells: [spread(ns)] })),
      },
      {
        title: 'a span with 128 links from kafkajs messages, started and ended in the SDK',
        columns: ['µs'],
        rows: Object.entries(end.ns).map(([name, ns]) => ({
          name,
          cells: [spread(ns.map((each) => each / 1000))],
        })),
      },
      {
        title: 'our share of that span',
        columns: ['share'],
        rows: [{ name: 'spanlink', cells: [share] }],
      },
      {
        title: 'memory of a trace id that is kept',
        columns: ['bytes'],
        rows: Object.entries(kept).map(([name, { bytes }]) => ({ name, cells: [spread([bytes])] })),
      },
    ],
    // What the whole of a process depends on: V8 may compile `extract` in a fast or in a slow way.
    extractNs: quantile(single.text.ns.extract, 0.5),
  };
}
