// Redis Streams with node-redis: a span for each batch of a consumer group, acknowledged after it.
import { SpanKind, trace } from '@opentelemetry/api';
import { linkBatch } from 'spanlink';
import { redisStream } from 'spanlink/carriers';

const tracer = trace.getTracer('orders');

export async function consume(client, stream, group, handle) {
  const read = await client.xReadGroup(group, 'worker', { key: stream, id: '>' }, { COUNT: 100 });
  const entries = read?.[0].messages ?? [];
  if (entries.length === 0) return;
  const { links, attributes } = linkBatch(entries, { reader: redisStream });
  const options = { kind: SpanKind.CONSUMER, links, attributes };
  await tracer.startActiveSpan('process orders', options, async (span) => {
    try {
      await handle(entries);
    } finally {
      span.end();
    }
  });
  const ids = entries.map(({ id }) => id);
  await client.xAck(stream, group, ids);
}
