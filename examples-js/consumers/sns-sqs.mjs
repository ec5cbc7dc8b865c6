// SNS to SQS without raw delivery: the context is in the envelope that SNS puts into the body.
import { SpanKind, trace } from '@opentelemetry/api';
import { DeleteMessageBatchCommand, ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import { linkBatch } from 'spanlink';
import { firstOf, snsEnvelope, sqs } from 'spanlink/carriers';

const tracer = trace.getTracer('orders');

// With raw delivery the attributes are those of the SQS message itself: this reads both.
const reader = firstOf(snsEnvelope, sqs);

export async function consume(client, QueueUrl, handle) {
  const wanted = { QueueUrl, MaxNumberOfMessages: 10, MessageAttributeNames: ['All'], WaitTimeSeconds: 1 };
  const { Messages: messages = [] } = await client.send(new ReceiveMessageCommand(wanted));
  if (messages.length === 0) return;
  const { links, attributes } = linkBatch(messages, { reader });
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
