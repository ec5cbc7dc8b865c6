// Contexts: what is read from a message, and what is written into one.
import {
  explain,
  extract,
  formatTraceparent,
  inject,
  parseTraceparent,
  TraceState,
  type RejectReason,
  type SpanContext,
} from 'spanlink';
import { kafka, metadata } from 'spanlink/carriers';

declare const event: { metadata: { traceparent?: string } };
declare const bytes: Uint8Array;

const parsed: SpanContext | undefined = parseTraceparent('00-…');
parseTraceparent(bytes);
// @ts-expect-error there may be no context
export const certain: SpanContext = parseTraceparent('00-…');
// @ts-expect-error text or bytes
parseTraceparent(7);

if (parsed) {
  const traceId: string = parsed.traceId;
  const spanId: string = parsed.spanId;
  const flags: number = parsed.traceFlags;
  const remote: boolean | undefined = parsed.isRemote;
  const header: string = formatTraceparent(parsed);
  const state: string | undefined = parsed.traceState?.serialize();
  void [traceId, spanId, flags, remote, header, state];

  const fresh: Record<string, string> = inject(parsed);
  const same: { headers: number } = inject(parsed, { headers: 1 });
  const map: Map<string, string> = inject(parsed, new Map<string, string>(), (carrier, key, value) => {
    carrier.set(key, value);
  });
  void [fresh, same, map];
}
// @ts-expect-error a context, not its text
formatTraceparent('00-…');
// @ts-expect-error a context, not its text
inject('00-…');

const extracted: SpanContext | undefined = extract(event);
extract(event, metadata);
// @ts-expect-error a reader, not its name
extract(event, 'metadata');

const explained = explain(event, kafka);
if (explained.context) {
  const context: SpanContext = explained.context;
  // @ts-expect-error a context needs no reason
  void [context, explained.reason];
} else {
  const reason: RejectReason = explained.reason;
  void reason;
}
// @ts-expect-error not one of the reasons
export const unheardOf: RejectReason = 'bad_luck';

const state: TraceState | undefined = TraceState.parse('a=1');
TraceState.parse(['a=1', 'b=2']);
if (state) {
  const changed: TraceState = state.set('a', '2').unset('b');
  const value: string | undefined = changed.get('a');
  const header: string = changed.serialize();
  void [value, header, JSON.stringify(changed)];
}
// @ts-expect-error a value is text
state?.set('a', 1);

void extracted;
