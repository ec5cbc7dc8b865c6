// What every consumer does with the package, whatever it runs on. It imports nothing: it is handed the package.

const SENDER = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
const OTHER = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00';

function codeOf(misuse) {
  try {
    misuse();
    return 'nothing thrown';
  } catch (error) {
    return `${error.name} ${error.code}`;
  }
}

/** A batch with a broken message, a join completed, a trace state exported, a code of an error: as one line. */
export function scenario({ FanIn, TraceState, linkBatch, SpanlinkError }, { kafka }) {
  const bytes = new TextEncoder().encode(OTHER);
  const messages = [
    { headers: { traceparent: SENDER, tracestate: 'rojo=1, congo=2' } },
    { headers: { traceparent: '00-broken' } },
    { headers: { traceparent: bytes } },
    { headers: { traceparent: SENDER } },
    {},
  ];
  const { links, report } = linkBatch(messages, { reader: kafka });
  const orders = new FanIn(
    { name: 'orders', timeoutMs: 1000, slots: { payment: {}, stock: {} } },
    { now: () => 5 },
  );
  const pending = orders.offer('order-1', 'payment', messages[0]);
  const complete = orders.offer('order-1', 'stock', messages[2]);
  const settled = orders.settle('order-1', complete.links[0].context);
  orders.free();
  const [first] = links;
  const result = {
    linked: links.map(({ context }) => `${context.traceId}:${context.spanId}:${context.traceFlags}`),
    merged: first.attributes['link.message_count'],
    report: [report.messages, report.linked, report.duplicates, report.missing, report.malformed],
    rejected: report.rejected,
    missing: pending.missing,
    join: [complete.status, complete.links.length, complete.completionId, settled],
    state: [first.context.traceState instanceof TraceState, JSON.stringify(first.context.traceState)],
    exported: first.context.traceState.set('b', '2').serialize(),
    misuse: codeOf(() => linkBatch([], { maxLinks: 0 })),
    isError: new SpanlinkError('freed', 'x') instanceof Error,
  };
  return `scenario ${JSON.stringify(result)}`;
}

export const EXPECTED = `scenario ${JSON.stringify({
  linked: [
    '0af7651916cd43dd8448eb211c80319c:b7ad6b7169203331:1',
    '4bf92f3577b34da6a3ce929d0e0e4736:00f067aa0ba902b7:0',
  ],
  merged: 2,
  report: [5, 2, 1, 1, 1],
  rejected: [{ index: 1, reason: 'bad_length' }],
  missing: ['stock'],
  join: ['complete', 2, 'COMPLETION', true],
  state: [true, '"rojo=1,congo=2"'],
  exported: 'b=2,rojo=1,congo=2',
  misuse: 'SpanlinkError invalid_option',
  isError: true,
})}`;
