// Explains every message of the input, as a table or as JSON.
import { once } from 'node:events';
import bundle from '../node/spanlink.cjs';
import { messagesOf } from './lines.mjs';

const { diagnose } = bundle.entries.diagnose;

async function write(text) {
  if (!process.stdout.write(text)) await once(process.stdout, 'drain');
}

const CELLS = [9, 57, 12];
const row = (...cells) =>
  `${cells
    .map((cell, index) => cell.padEnd(CELLS[index] ?? 0))
    .join('  ')
    .trimEnd()}\n`;

/** A context in one word: what its header would be. */
const inShort = ({ traceId, spanId, traceFlags }) =>
  `00-${traceId}-${spanId}-${traceFlags.toString(16).padStart(2, '0')}`;

const many = (number, noun) => `${number} ${noun}${number === 1 ? '' : 's'}`;

const asTable = {
  head: () => row('message', 'context, or why there is none', 'reader', 'tracestate'),
  message: ({ file, line }, { context, reason, reader, tracestate }) =>
    row(
      file === undefined ? `${line}` : `${file}:${line}`,
      context ? inShort(context) : reason,
      reader,
      tracestate,
    ),
  totals({ messages, contexts, missing, malformed, dropped, faults }) {
    const parts = [`${contexts} with a context`, `${missing} without`, `${malformed} malformed`];
    const lines = [
      `${many(messages, 'message')}: ${parts.join(', ')}`,
      `${many(dropped, 'tracestate')} dropped`,
    ];
    if (faults > 0) lines.push(`${many(faults, 'fault')} in the input`);
    return `\n${lines.join('\n')}\n`;
  },
};

const asJson = {
  head: () => '',
  message: ({ file, line }, { context = null, reason = null, reader, tracestate }) =>
    `${JSON.stringify({ file, line, context, reason, reader, tracestate })}\n`,
  totals: (totals) => `${JSON.stringify({ totals })}\n`,
};

const KEPT = new Set(['unread', 'absent', 'kept', 'rewritten']);

function count(totals, { context, reason, tracestate }) {
  totals.messages += 1;
  if (context) totals.contexts += 1;
  else if (reason === 'missing') totals.missing += 1;
  else totals.malformed += 1;
  if (!KEPT.has(tracestate)) totals.dropped += 1;
}

/** Writes what there is to say, and gives the exit code. */
export async function explain({ reader, json, files }) {
  const format = json ? asJson : asTable;
  const totals = { messages: 0, contexts: 0, missing: 0, malformed: 0, dropped: 0, faults: 0 };
  await write(format.head());
  for await (const { message, fault, ...place } of messagesOf(files)) {
    if (fault !== undefined) {
      totals.faults += 1;
      const where = [place.file, place.line && `line ${place.line}`].filter(Boolean).join(', ');
      process.stderr.write(`spanlink: ${where || 'standard input'} ${fault}\n`);
      continue;
    }
    const diagnosis = diagnose(message, reader);
    count(totals, diagnosis);
    await write(format.message(place, diagnosis));
  }
  await write(format.totals(totals));
  if (totals.faults > 0) return 2;
  return totals.contexts > 0 ? 0 : 1;
}
