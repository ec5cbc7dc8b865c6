// Links: one, a batch, a fan-out, the choice between parent and link, and links at rest.
import {
  dehydrateLinks,
  fanOut,
  linkBatch,
  linkTo,
  parentOrLink,
  rehydrateLinks,
  type Link,
  type LinkBatch,
  type LinkReport,
  type RejectReason,
  type SerializedLink,
  type SpanContext,
} from 'spanlink';
import { custom, headers, kafka } from 'spanlink/carriers';

interface Order {
  id: string;
  headers: Record<string, string>;
}
declare const orders: Order[];
declare const context: SpanContext;

const link: Link | undefined = linkTo(orders[0], { reader: headers, attributes: { 'event.id': 1 } });
// @ts-expect-error an attribute is a primitive or a list of them
linkTo(orders[0], { attributes: { nested: { a: 1 } } });

const batch: LinkBatch = linkBatch(orders, {
  reader: kafka,
  // The message has the type of the messages, whatever reader is used.
  attributes: (order, index) => ({ 'event.id': order.id.toUpperCase(), position: index.toFixed() }),
  dedupe: false,
  maxLinks: 64,
  overflow: 'split',
});
linkBatch(new Set(orders));
linkBatch(orders, { attributes: (order) => (order.id === '' ? undefined : { id: order.id }) });
linkBatch(orders, { reader: custom((order: Order) => order.headers) });
const groups: Link[][] = batch.groups;
const report: LinkReport = batch.report;
const counts: number[] = [
  report.messages,
  report.linked,
  report.duplicates,
  report.missing,
  report.malformed,
  report.dropped,
];
const rejected: { index: number; reason: RejectReason }[] = report.rejected;

for (const overflow of ['sampled', 'first', 'last', 'split'] as const) linkBatch(orders, { overflow });
// @ts-expect-error not one of the policies
linkBatch(orders, { overflow: 'random' });
// @ts-expect-error no such option
linkBatch(orders, { limit: 128 });
// @ts-expect-error a number
linkBatch(orders, { maxLinks: '128' });
// @ts-expect-error messages can be iterated over
linkBatch(7);
// @ts-expect-error orders have no `key`
linkBatch(orders, { attributes: (order) => ({ key: order.key }) });

const { billing, shipping } = fanOut(orders[0], {
  billing: { attributes: { 'consumer.name': 'billing' } },
  shipping: {},
});
const both: Link[] = [...billing, ...shipping];
// @ts-expect-error not one of the consumers
void fanOut(orders[0], { billing: {} }).marketing;

const choice = parentOrLink(orders[0], { reader: kafka, ambient: context, batch: false });
parentOrLink(orders[0], { enqueuedAt: 1, now: 2, maxDelayMs: 3 });
const parent: SpanContext | undefined = choice.parent;
const links: Link[] = choice.links;
const root: boolean = choice.root;
// @ts-expect-error a context, not its text
parentOrLink(orders[0], { ambient: '00-…' });

const stored: SerializedLink[] = dehydrateLinks(batch.links);
const restored: Link[] = rehydrateLinks(JSON.parse(JSON.stringify(stored)));
// @ts-expect-error links, not contexts
dehydrateLinks([context]);

void [link, groups, counts, rejected, both, parent, links, root, restored];

// What is perhaps not there may be handed on, however strict the compiler is about optional properties.
export function handedOn(given: {
  reader: typeof kafka | undefined;
  attributes: { a: number } | undefined;
  each: (() => undefined) | undefined;
  flag: boolean | undefined;
  number: number | undefined;
  overflow: 'first' | undefined;
  context: SpanContext | undefined;
}): void {
  const { reader, attributes, each, flag, number, overflow, context } = given;
  linkTo(orders[0], { reader, attributes });
  linkBatch(orders, { reader, attributes: each, dedupe: flag, maxLinks: number, overflow });
  fanOut(orders[0], { billing: { attributes } }, { reader });
  parentOrLink(orders[0], {
    ...{ reader, ambient: context, batch: flag },
    ...{ enqueuedAt: number, now: number, maxDelayMs: number },
  });
}
