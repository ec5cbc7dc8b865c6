/** What the command line tells of a message. Not an entry of the package: `extract` and `explain` are for programs. */
import { auto } from './carriers/auto.js';
import type { CarrierReader } from './carriers/reader.js';
import { scan_tracestate } from './core/core.js';
import { REASONS, headerValue, nothingFound, readHeaders, textLength } from './headers.js';
import { MAX_HEADER_LENGTH, reserve, writeAscii } from './memory.js';
import { contextOf, reasonOf } from './span-context.js';
import { FAULT } from './trace-state.js';
import type { RejectReason, SpanContext } from './types.js';

/** Why a list is dropped, by the codes at the boundary. */
const FAULTS = ['not_text', 'no_equals', 'bad_key', 'bad_value', 'too_many_members', 'too_long'] as const;

/** What became of the tracestate; `unread`: without a valid traceparent nobody looks at it. Else why it was dropped. */
export type TracestateVerdict = 'unread' | 'absent' | 'kept' | 'rewritten' | (typeof FAULTS)[number];

/** All that can be said of how a message was read. */
export interface Diagnosis {
  context: SpanContext | undefined;
  reason: RejectReason | undefined;
  /** The reader that found the headers: where one asks others, the one that was right. */
  reader: string;
  tracestate: TracestateVerdict;
}

/** Reads a message as `explain` does, and says how. */
export function diagnose(message: unknown, reader: CarrierReader<any> = auto): Diagnosis {
  const found = nothingFound();
  const headers = readHeaders(reader, message, found);
  const used = found.reader ?? reader.name;
  const context = contextOf(headers.traceparent, headers.tracestate);
  if (typeof context === 'number') {
    return { context: undefined, reason: reasonOf(context), reader: used, tracestate: 'unread' };
  }
  return {
    context,
    reason: undefined,
    reader: used,
    tracestate: faultOf(found.tracestate) ?? verdictOf(headers.tracestate, context),
  };
}

/** Why there is no text of a tracestate, where one was found. */
function faultOf(found: unknown): TracestateVerdict | undefined {
  const isList = Array.isArray(found) && typeof found[0] !== 'number';
  const values = (isList ? found : [found]).map(headerValue);
  const faults = values.map((value) => (typeof value === 'number' ? REASONS[value] : undefined));
  if (faults.includes('not_text') || faults.includes('multiple')) return 'not_text';
  const length = values.reduce<number>((sum, value) => sum + textLength(value), values.length - 1);
  return faults.includes('bad_length') || length > MAX_HEADER_LENGTH ? 'too_long' : undefined;
}

function verdictOf(list: string, { traceState }: SpanContext): TracestateVerdict {
  if (list === '') return 'absent';
  if (traceState) return traceState.serialize() === list ? 'kept' : 'rewritten';
  reserve(list.length);
  if (!writeAscii(list, 0)) return 'not_text';
  // A list of no members breaks no rule.
  return FAULTS[scan_tracestate(list.length) - FAULT] ?? 'absent';
}
