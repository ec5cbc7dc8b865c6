// What can be asked for.
import { parseArgs } from 'node:util';
import bundle from '../node/spanlink.cjs';

const { carriers } = bundle.entries;
const readers = new Map(
  Object.values(carriers)
    .filter((each) => typeof each.read === 'function')
    .map((reader) => [reader.name, reader]),
);

const columns = (names) => names.join(' ').replace(/(.{1,70})(?: |$)/g, '             $1\n');

export const USAGE = `Usage: spanlink explain [--reader NAME] [--json] [FILE …]

Says of each message what its trace context is, or why it has none. Messages are JSON values, one a line
(NDJSON), from the files or from standard input; bytes are { "type": "Buffer", "data": [48, 48, …] }.

  --reader   where messages keep their headers, instead of recognising it; several, separated by
             commas, are tried in order:
${columns([...readers.keys()])}  --json     for machines: an object a message, { file, line, context, reason, reader, tracestate }, then
             { totals }, one a line
  --help     this

tracestate is \`kept\`, \`rewritten\` in canonical form, \`absent\`, \`unread\` where there is no context, or the
reason why it was dropped.

Exit codes: 0 when a message has a context, 1 when none has, 2 for arguments or input that cannot be read.
`;

/** The reader of a comma-separated list of names; undefined where one is none. */
function readerOf(list) {
  const chosen = list.split(',').map((name) => readers.get(name.trim()));
  if (chosen.includes(undefined)) return undefined;
  return chosen.length === 1 ? chosen[0] : carriers.firstOf(...chosen);
}

/** What the arguments ask for, or what is wrong with them: `{ reader, json, files }`, `{ help }` or `{ fault }`. */
export function parseArguments(args) {
  let parsed;
  try {
    parsed = parseArgs({
      args,
      allowPositionals: true,
      options: {
        reader: { type: 'string', default: 'auto' },
        json: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
  } catch (error) {
    return { fault: error.message };
  }
  const { values, positionals } = parsed;
  if (values.help) return { help: true };
  const [command, ...files] = positionals;
  if (command !== 'explain') {
    return {
      fault:
        command === undefined ? 'a command is needed' : `there is no command \`${command.slice(0, 64)}\``,
    };
  }
  const reader = readerOf(values.reader);
  if (!reader) return { fault: `there is no reader \`${values.reader.slice(0, 64)}\`` };
  return { reader, json: values.json, files };
}
