// Takes what a panic would say out of the module: the code that composes it, its text, and what the table of functions
// has for it.
//
// A panic in WebAssembly is a trap, and nobody reads its message: there is no stderr. But the code that writes messages
// is a fourteenth of the module, and their text, with the paths of sources, a fiftieth. Without them a panic traps at
// once, where it did after composing its text.
import binaryen from 'binaryen';
import { trapFunctions } from './traps.mjs';

/** Where panics begin: each gets an `unreachable` for a body. */
const PANICS =
  /panicking::panic_fmt|rust_begin_unwind|slice_index_fail|unwrap_failed|expect_failed|raw_vec::handle_error|raw_vec::capacity_overflow|Fallibility::capacity_overflow|panic_already_|handle_alloc_error/;

/** What only they use, and tables of functions keep: formatting, payloads, and a binding's wakers of futures. */
const MESSAGES = /\bfmt::|panicking::|PanicPayload|::any::Any|alloc_error_hook|task_waker/;

/** What they say, and where. */
const TEXTS = new RegExp(
  [
    String.raw`/(?:rustc|cargo)/[\x20-\x7e]+?\.rs\0?`,
    String.raw`\x16slice index starts at \xc0\r but ends at \xc0\0`,
    String.raw`[\x10\x12]range (?:start|end) index \xc0" out of range for slice of length \xc0\0`,
    'closure invoked recursively or after being dropped',
    'attempt to join into collection with len > usize::MAX',
    'mid > len',
    'capacity overflow',
    'RefCell already (?:mutably )?borrowed',
    // The numbers from 00 to 99, by which numbers are written.
    Array.from({ length: 100 }, (_, number) => String(number).padStart(2, '0')).join(''),
  ].join('|'),
  'g',
);

/** The functions of a module's text, by name: their signature, whom they call, and which signatures of the table. */
function functionsOf(text) {
  const types = /\(type (\S+) \(func(?: \(param ([^)]*)\))?(?: \(result ([^)]*)\))?\)\)/g;
  const signatures = new Map(
    [...text.matchAll(types)].map(([, type, params = '', results = '']) => [type, `${params}:${results}`]),
  );
  const imported = [...text.matchAll(/\n \(import "[^"]*" "[^"]*" \(func \$(?:"([^"]*)"|([^\s)]+))/g)];
  const own = text.split(/\n \(func /).slice(1);
  return new Map([
    ...imported.map(([, quoted, plain]) => [quoted ?? plain, { signature: '', callees: [], called: [] }]),
    ...own.map((body) => {
      const [, quoted, plain, header] = /^\$(?:"([^"]*)"|(\S+))(.*)/.exec(body);
      const params = [...header.matchAll(/\(param \$\S+ (\w+)\)/g)].map(([, type]) => type);
      const [, results = ''] = /\(result ([^)]*)\)/.exec(header) ?? [];
      const calls = [...body.matchAll(/\((?:return_)?call \$(?:"([^"]*)"|([^\s)]+))/g)];
      const indirect = [...body.matchAll(/\(call_indirect (?:\$\S+ )?\(type (\S+)\)/g)];
      return [
        quoted ?? plain,
        {
          signature: `${params.join(' ')}:${results}`,
          callees: calls.map(([, quoted, plain]) => quoted ?? plain),
          called: indirect.map(([, type]) => signatures.get(type)),
        },
      ];
    }),
  ]);
}

/** Fails where anything else than a panic calls what is taken out. */
function assertOnlyForPanics(functions, silenced) {
  for (const [name, { callees }] of functions) {
    const needed = callees.find((callee) => silenced(callee) && !PANICS.test(callee));
    if (!silenced(name) && needed) throw new Error(`${name} calls ${needed}, which is for panics only`);
  }
}

/** The names of the functions that hosts can reach: those that are exported, and whom they call. */
function reachable(module, functions, inTable) {
  const reached = new Set();
  const reach = (name) => {
    if (reached.has(name)) return;
    if (!functions.has(name)) throw new Error(`the module's text has no function ${name}`);
    reached.add(name);
    const { callees, called } = functions.get(name);
    callees.forEach(reach);
    // A call through the table has a signature, and reaches functions of that one alone.
    inTable.filter((each) => called.includes(functions.get(each).signature)).forEach(reach);
  };
  for (let index = 0; index < module.getNumExports(); index++) {
    const { kind, value } = binaryen.getExportInfo(module.getExportByIndex(index));
    if (kind === binaryen.ExternalFunction) reach(value);
  }
  return reached;
}

/** Has the table of functions name `trap` in place of all that is silenced or out of reach. */
function pruneTable(module, silenced, trap) {
  const text = module.emitText();
  const functions = functionsOf(text);
  const segments = Array.from({ length: module.getNumElementSegments() }, (_, index) =>
    binaryen.getElementSegmentInfo(module.getElementSegmentByIndex(index)),
  );
  for (const { table } of segments) {
    if (text.includes(`(table $${table}))`))
      throw new Error('a host could call functions of the table: it is exported');
  }
  const inTable = segments.flatMap(({ data }) => data.filter((name) => !silenced(name)));
  const reached = reachable(module, functions, inTable);
  for (const { name, table, offset, data } of segments) {
    const pruned = data.map((each) => (reached.has(each) ? each : trap));
    module.removeElementSegment(name);
    module.addActiveElementSegment(table, name, pruned, offset);
  }
}

/** Blanks the texts in the data of a module, which is also in `bytes`. Gives the addresses from and to of each. */
function blank(module, bytes) {
  const blanks = [];
  for (let index = 0; index < module.getNumDataSegments(); index++) {
    const { offset, data } = module.getDataSegmentInfo(module.getDataSegmentByIndex(index));
    const segment = Buffer.from(data);
    const at = bytes.indexOf(segment);
    if (at < 0 || bytes.indexOf(segment, at + 1) >= 0)
      throw new Error('a data segment is not in the module, once');
    for (const { index: start, 0: said } of segment.toString('latin1').matchAll(TEXTS)) {
      bytes.fill(0, at + start, at + start + said.length);
      blanks.push([offset + start, offset + start + said.length]);
    }
  }
  return blanks;
}

/**
 * Gives the module without messages, and the addresses that were blanked. Fails where anything else than a panic needs
 * what is taken out.
 */
export function silence(bytes) {
  binaryen.setDebugInfo(true);
  const module = binaryen.readBinary(bytes);
  const silenced = (name) => PANICS.test(name) || MESSAGES.test(name);
  assertOnlyForPanics(functionsOf(module.emitText()), silenced);
  const trap = trapFunctions(module, silenced, 'of a panic');
  pruneTable(module, silenced, trap);
  const silent = Buffer.from(module.emitBinary());
  const blanks = blank(module, silent);
  if (blanks.length === 0) throw new Error('no text of a panic was found: have they changed?');
  return { silent, blanks };
}

/** Fails where the code of a module, once it is optimized, still has an address that was blanked. */
export function assertUnused(bytes, blanks) {
  const text = binaryen.readBinary(bytes).emitText();
  const functions = text.slice(text.indexOf('\n (func '));
  for (const [, number] of functions.matchAll(/(?:\(i32\.const |offset=)(\d+)/g)) {
    const used = blanks.find(([from, to]) => from <= Number(number) && Number(number) < to);
    if (used) throw new Error(`the code uses ${number}, where a text of a panic was`);
  }
}
