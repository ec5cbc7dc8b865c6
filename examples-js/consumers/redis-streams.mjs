// Redis Streams with node-redis: a span for each batch of a consumer group, acknowledged after it.
import { SpanKind, trace } from '@opentelemetry/api';
import { linkBatch } from 'spanlink';
import { redisStream } from 'spanlink/carriers';

const tracer = trace.getTracer('orders');

export async function consume(client, stream, group, handle) {
  const from = { key: stream, id: '>' };
  const [{ messages: entries }] = (await client.xReadGroup(group, 'worker', from, { COUNT: 100 })) ?? [
    { messages: [] },
  ];
  const { links, attributes } = linkBatch(entries, { reader: redisStream });
  await tracer.startActiveSpan(
    'process orders',
    { kind: SpanKind.CONSUMER, links, attributes },
    async (span) => {
      try {
        await handle(entries);
      } finally {
        span.end();
      }
    },
  );
  if (entries.length > 0)
    await client.xAck(
      stream,
      group,
      entries.map(({ id }) => id),
    );
}
