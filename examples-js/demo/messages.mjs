// The second use of the demo: says for each message of a file which context it carries, or why it has none.
import { explain, linkBatch } from 'spanlink';
import { readMessages } from './ndjson.mjs';

const MOST_LINKS = 128; // what an OpenTelemetry SDK keeps of a span's links
const LONGEST_TRACESTATE = 60;

/** Prints one line for each message while it reads, then the report of all of them as one batch. */
export function explainMessages(path) {
  const { groups, attributes, report } = linkBatch(explained(readMessages(path)), {
    maxLinks: MOST_LINKS,
    overflow: 'split',
  });

  console.log('');
  for (const [name, value] of Object.entries(attributes)) console.log(`${name}: ${value}`);
  const { messages, linked, duplicates, missing, malformed, dropped } = report;
  console.log(
    `report: ${messages} messages = ${linked} linked + ${duplicates} duplicates + ${missing} missing` +
      ` + ${malformed} malformed + ${dropped} dropped`,
  );
  const filled = groups.filter((links) => links.length > 0);
  console.log(`links: ${report.linked}, for ${filled.length} spans of at most ${MOST_LINKS}`);
}

function* explained(lines) {
  for (const { line, message } of lines) {
    const { context, reason } = explain(message);
    console.log(`line ${line}: ${context ? describe(context) : `no context, ${reason}`}`);
    yield message;
  }
}

function describe({ traceId, spanId, traceFlags, traceState }) {
  const sampled = traceFlags & 1 ? 'sampled' : 'not sampled';
  const state = traceState ? `, tracestate ${shorten(traceState.serialize())}` : '';
  return `trace ${traceId}, span ${spanId}, ${sampled}${state}`;
}

function shorten(text) {
  return text.length > LONGEST_TRACESTATE ? `${text.slice(0, LONGEST_TRACESTATE)}…` : text;
}
