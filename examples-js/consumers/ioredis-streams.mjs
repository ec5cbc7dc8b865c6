// Redis Streams with ioredis: a span for each batch of a consumer group, acknowledged after it.
import { SpanKind, trace } from '@opentelemetry/api';
import { linkBatch } from 'spanlink';
import { redisStream } from 'spanlink/carriers';

const tracer = trace.getTracer('orders');

export async function consume(client, stream, group, handle) {
  const read = await client.xreadgroup('GROUP', group, 'worker', 'COUNT', 100, 'STREAMS', stream, '>');
  const entries = read?.[0][1] ?? [];
  if (entries.length === 0) return;
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
  await client.xack(stream, group, ...entries.map(([id]) => id));
}
