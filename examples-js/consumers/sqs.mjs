// SQS with the AWS SDK: a span for each batch, which is deleted after it.
import { SpanKind, trace } from '@opentelemetry/api';
import { DeleteMessageBatchCommand, ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import { linkBatch } from 'spanlink';
import { sqs } from 'spanlink/carriers';

const tracer = trace.getTracer('orders');

export async function consume(client, QueueUrl, handle) {
  // Attributes come only when they are asked for.
  const wanted = { QueueUrl, MaxNumberOfMessages: 10, MessageAttributeNames: ['All'], WaitTimeSeconds: 1 };
  const { Messages: messages = [] } = await client.send(new ReceiveMessageCommand(wanted));
  if (messages.length === 0) return;
  const { links, attributes } = linkBatch(messages, { reader: sqs });
  await tracer.startActiveSpan(
    'process orders',
    { kind: SpanKind.CONSUMER, links, attributes },
    async (span) => {
      try {
        await handle(messages);
      } finally {
        span.end();
      }
    },
  );
  const Entries = messages.map(({ MessageId: Id, ReceiptHandle }) => ({ Id, ReceiptHandle }));
  await client.send(new DeleteMessageBatchCommand({ QueueUrl, Entries }));
}
