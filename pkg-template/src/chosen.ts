/** How a batch crosses to Rust, and what comes back. Nothing here runs code of a user. */
import type { LinkReport } from './batch.js';
import { batch_end, batch_finish, batch_ids, batch_start } from './core/core.js';
import { NO_TEXT, writeHeader } from './headers.js';
import type { HeaderValue } from './headers.js';
import * as memory from './memory.js';
import { HEADER_LENGTH, IDS_AT_A_TIME, IDS_LENGTH, contextFromIds, reasonOf } from './span-context.js';
import { parseTraceStates } from './trace-state.js';
import type { TraceState } from './trace-state.js';
import type { Link } from './types.js';

/** The messages that get a link. */
export interface Chosen {
  /** For each link, in order: the index of its message times four, plus its flags. */
  places: Uint32Array;
  /** Those of several messages: their positions among the links, and how many messages. */
  merged: [link: number, count: number][];
  report: LinkReport;
}

/** What stands for the number of links where there is no memory for them. */
const NO_MEMORY = 0xffff_ffff;
/** How many numbers an answer begins with: the report's counts. */
const COUNTS = 8;

/**
 * So many messages need no seed that their senders cannot know: if all fell into one bucket, they would take 50 µs
 * longer, and a program that gets no more of them at once starts 5 ms sooner.
 */
const UNSEEDED = 256;

/** Has Rust choose. */
export function choose(headers: HeaderValue[], dedupe: boolean, maxLinks: number, overflow: number): Chosen {
  if (headers.length > UNSEEDED) memory.seed();
  if (!batch_start(headers.length, dedupe, maxLinks, overflow)) noMemoryFor(headers);
  memory.reserveUsual();
  for (let start = 0; start < headers.length;) {
    const end = writeChunk(headers, start);
    memory.batch_push(end - start);
    start = end;
  }
  const linked = batch_finish();
  if (linked === NO_MEMORY) noMemoryFor(headers);
  // Copied, because what follows makes further calls.
  const places = memory.links(linked);
  // Small integers, which objects hold in themselves; read from a view that is there: each that is made takes 60 ns.
  const numbers = memory.allNumbers();
  const start = memory.numbersStart();
  const at = (place: number) => (numbers[start + place] as number) | 0;
  const rejected: LinkReport['rejected'] = [];
  const merged: Chosen['merged'] = [];
  const endOfRejected = COUNTS + 2 * at(6);
  const end = endOfRejected + 2 * at(7);
  for (let place = COUNTS; place < end; place += 2) {
    if (place < endOfRejected) rejected.push({ index: at(place), reason: reasonOf(at(place + 1)) });
    else merged.push([at(place), at(place + 1)]);
  }
  return {
    places,
    merged,
    report: {
      messages: at(0),
      linked,
      duplicates: at(2),
      missing: at(3),
      malformed: at(4),
      dropped: at(5),
      rejected,
    },
  };
}

function noMemoryFor({ length }: HeaderValue[]): never {
  batch_end();
  memory.noMemory(`a batch of ${length} messages`);
}

/** Writes a chunk of the headers to the input, and their lengths. Gives where the next chunk starts. */
function writeChunk(headers: HeaderValue[], start: number): number {
  const lengths = memory.lengthsView();
  const writeAlone = (at: number, offset: number, size?: number) => {
    const length = writeHeader(headers[at] as HeaderValue, offset, size);
    lengths[at - start] = length;
    return length < NO_TEXT ? offset + length : offset;
  };
  const end = Math.min(headers.length, start + memory.CHUNK);
  let text = '';
  let textStart = start;
  let textOffset = 0;
  let at = start;
  for (; at < end; at++) {
    const header = headers[at] as HeaderValue;
    if (typeof header === 'string') {
      if (textOffset + text.length + header.length > memory.KEPT_INPUT) break;
      text += header;
      lengths[at - start] = header.length;
    } else if (typeof header === 'number') {
      lengths[at - start] = NO_TEXT + header;
    } else {
      const size = memory.sizeOf(header);
      // Bytes that are first always have their turn: they may have become more than any chunk takes.
      if (at > start && textOffset + text.length + size > memory.KEPT_INPUT) break;
      textOffset = writeAlone(at, memory.writeJoined(text, textOffset, textStart, at, writeAlone), size);
      text = '';
      textStart = at + 1;
    }
  }
  memory.writeJoined(text, textOffset, textStart, at, writeAlone);
  return at;
}

/** The links, in order. `lists` are the tracestates of all messages, if any has one. */
export function makeLinks({ places }: Chosen, headers: HeaderValue[], lists: string[] | undefined): Link[] {
  const states = lists && traceStates(places, lists);
  const links = new Array<Link>(places.length);
  for (let first = 0; first < places.length; first += IDS_AT_A_TIME) {
    const end = Math.min(places.length, first + IDS_AT_A_TIME);
    let ids = '';
    for (let link = first; link < end; link++) {
      const place = places[link] as number;
      const header = headers[place >>> 2];
      const state = states?.[link];
      const at = (link - first) * IDS_LENGTH;
      // The ids are cut from the message's own text: one that is kept keeps that alive and no more, 114 bytes in all.
      // Of bytes, and with white space around it, there is no text to cut them from.
      const context =
        typeof header === 'string' && header.length === HEADER_LENGTH
          ? contextFromIds(header, 3, 36, place & 3, state)
          : contextFromIds((ids ||= readIds(first, end - first)), at, at + 32, place & 3, state);
      links[link] = { context };
    }
  }
  batch_end();
  return links;
}

/** The ids of some links, as one text. */
function readIds(first: number, count: number): string {
  batch_ids(first, count);
  return memory.readAscii(count * IDS_LENGTH);
}

/** The tracestate of each link. Messages of one origin share a list more often than not: it is parsed once. */
function traceStates(places: Uint32Array, lists: string[]): (TraceState | undefined)[] {
  const distinct: string[] = [];
  const numbers = new Array<number>(places.length);
  let last = '';
  for (let link = 0; link < places.length; link++) {
    const list = lists[(places[link] as number) >>> 2] ?? '';
    if (list !== '' && list !== last) {
      distinct.push(list);
      last = list;
    }
    numbers[link] = list === '' ? -1 : distinct.length - 1;
  }
  const states = parseTraceStates(distinct);
  return numbers.map((number) => states[number]);
}
