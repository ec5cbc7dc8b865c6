// Kinesis with the AWS SDK: a span for the records of one call; the iterator goes on after it.
import { SpanKind, trace } from '@opentelemetry/api';
import { GetRecordsCommand } from '@aws-sdk/client-kinesis';
import { linkBatch } from 'spanlink';
import { kinesis } from 'spanlink/carriers';

const tracer = trace.getTracer('orders');

export async function consume(client, ShardIterator, handle) {
  const { Records: records, NextShardIterator } = await client.send(new GetRecordsCommand({ ShardIterator }));
  if (records.length === 0) return NextShardIterator;
  const { links, attributes } = linkBatch(records, { reader: kinesis });
  await tracer.startActiveSpan(
    'process orders',
    { kind: SpanKind.CONSUMER, links, attributes },
    async (span) => {
      try {
        await handle(records);
      } finally {
        span.end();
      }
    },
  );
  return NextShardIterator;
}
