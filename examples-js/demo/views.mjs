// Plain data for whoever shows spans: one order or one batch, its spans and links, and what fulfilment answered.
import { SpanKind } from '@opentelemetry/api';
import { hrTimeToMilliseconds } from '@opentelemetry/core';

/**
 * The orders worth a look: by fate, and where not every order of that fate shows it, by what happened. The span to
 * look at first is `focus`.
 */
const CHOICES = [
  {
    id: 'complete',
    fate: 'twice',
    focus: 'fulfill_order',
    shows: ({ answers }) => answers[0].slot === 'inventory' && answers[2]?.slot === 'inventory',
    name: 'Complete',
    about:
      'Inventory comes before payment, and then a second time. Once both are there, one fulfill_order span starts with a link to each.',
  },
  {
    id: 'redelivered',
    fate: 'crash',
    focus: 'fulfill_order',
    name: 'Redelivered',
    about:
      'Fulfilment crashes between the completing offer and its span. The bus delivers that event again, the join answers complete again, and no order is lost.',
  },
  {
    id: 'expired',
    fate: 'lost',
    focus: 'cancel_order',
    name: 'Expired',
    about:
      'The inventory event never arrives. At the deadline the join expires, and cancel_order links to what did arrive.',
  },
  {
    id: 'late',
    fate: 'late',
    focus: 'release_stock',
    name: 'Late',
    about:
      'The inventory event comes after the deadline. release_stock links to that event, and to the cancel_order span it came too late for.',
  },
  {
    id: 'conflict',
    fate: 'conflict',
    focus: 'refund_payment',
    name: 'Conflict',
    about:
      'The customer is charged again while the stock is still being reserved. The join keeps the first payment, and the second is refunded.',
  },
  {
    id: 'untraced',
    fate: 'untraced',
    focus: 'fulfill_order',
    shows: ({ spans }) => spans.some(({ name, links }) => name === 'fulfill_order' && links.length === 1),
    name: 'No context',
    about:
      'Something on the way stripped the headers of one message. The order is fulfilled all the same; only that link is missing.',
  },
];

const BATCH = {
  id: 'batch',
  focus: 'process_batch',
  name: 'Batch',
  about:
    'Analytics takes what came in within fifteen seconds: one process_batch span, and a link for each message that carries a context.',
};

/** Answers `[{ id, name, title, about, focus, spans, answers }]`, times in milliseconds since the first span. */
export function selectViews({ orders, spans, totals }) {
  const all = spans.map(toPlain);
  const byId = new Map(all.map((span) => [span.id, span]));
  for (const link of all.flatMap((span) => span.links)) {
    const { name, service } = byId.get(link.spanId);
    Object.assign(link, { name, service });
  }

  const contentOf = (orderId) => ({
    spans: all.filter((span) => span.attributes['order.id'] === orderId),
    answers: totals.journal.filter((answer) => answer.orderId === orderId),
  });
  const orderViews = CHOICES.flatMap(({ fate, shows = () => true, ...view }) => {
    const candidates = orders
      .filter((order) => order.fate === fate)
      .map(({ id }) => ({ id, ...contentOf(id) }));
    const order = candidates.find(shows) ?? candidates[0];
    return order ? fromZero({ ...order, ...view, title: `${view.name}: order ${order.id}` }) : [];
  });

  const batch = mostTelling(all.filter((span) => span.name === 'process_batch'));
  const producers = batch.links.map((link) => byId.get(link.spanId));
  return [
    ...orderViews,
    fromZero({ ...BATCH, title: BATCH.name, spans: [...producers, batch], answers: [] }),
  ];
}

function toPlain(span) {
  const { traceId, spanId } = span.spanContext();
  return {
    id: spanId,
    traceId,
    parentId: span.parentSpanContext?.spanId,
    name: span.name,
    service: span.resource.attributes['service.name'],
    kind: SpanKind[span.kind].toLowerCase(),
    start: hrTimeToMilliseconds(span.startTime),
    end: hrTimeToMilliseconds(span.endTime),
    attributes: span.attributes,
    links: span.links.map(({ context, attributes = {} }) => ({ spanId: context.spanId, attributes })),
  };
}

/** Enough links to look like a batch, few enough to tell them apart, and not a link for every message. */
function mostTelling(batches) {
  const telling = batches.filter(
    ({ links, attributes }) => links.length >= 40 && links.length < attributes['batch.size'],
  );
  return (telling.length > 0 ? telling : batches).reduce((least, batch) =>
    batch.links.length < least.links.length ? batch : least,
  );
}

function fromZero({ spans, answers, ...view }) {
  const zero = Math.min(...spans.map((span) => span.start));
  return {
    ...view,
    spans: spans
      .map((span) => ({ ...span, start: span.start - zero, end: span.end - zero }))
      .sort((one, other) => one.start - other.start || one.end - other.end),
    answers: answers.map((answer) => ({ ...answer, at: answer.at - zero })),
  };
}
