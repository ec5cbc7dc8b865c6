import { describe, test } from 'node:test';
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { AwsInstrumentation } from '@opentelemetry/instrumentation-aws-sdk';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { extract, injectEnvelope } from 'spanlink';
import { snsEnvelope } from 'spanlink/carriers';
import { consume as consumeRecords } from '../../examples-js/consumers/kinesis.mjs';
import { consume as consumeEnvelopes } from '../../examples-js/consumers/sns-sqs.mjs';
import { consume } from '../../examples-js/consumers/sqs.mjs';
import { assertBare, assertRead } from './support/proof.mjs';
import { aws } from './support/servers.mjs';
import { assertLinked, instrument, instrumented, produce, uninstrumented } from './support/tracing.mjs';

instrument(new AwsInstrumentation());
const require = createRequire(import.meta.url);
const {
  CreateQueueCommand,
  GetQueueAttributesCommand,
  SQSClient,
  SendMessageBatchCommand,
  SendMessageCommand,
} = require('@aws-sdk/client-sqs');
const { CreateTopicCommand, PublishCommand, SNSClient, SubscribeCommand } = require('@aws-sdk/client-sns');
const {
  CreateStreamCommand,
  DescribeStreamCommand,
  GetShardIteratorCommand,
  KinesisClient,
  PutRecordCommand,
} = require('@aws-sdk/client-kinesis');

const config = await aws();
const sqs = new SQSClient(config);
const sns = new SNSClient(config);

const newQueue = async (QueueName) => (await sqs.send(new CreateQueueCommand({ QueueName }))).QueueUrl;

/** Nothing is left in a queue, nor in the hands of a consumer. */
async function assertDeleted(QueueUrl) {
  const { Attributes } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] }));
  assert.equal(Attributes.ApproximateNumberOfMessages, '0');
  assert.equal(Attributes.ApproximateNumberOfMessagesNotVisible, '0');
}

const attributesOf = (headers, value) =>
  Object.fromEntries(Object.entries(headers).map(([name, text]) => [name, value(text)]));

describe('SQS, through moto', () => {
  test('@aws-sdk/client-sqs with its instrumentation', async () => {
    const QueueUrl = await newQueue('orders');
    const one = await instrumented(() => sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: '{}' })));
    const Entries = ['a', 'b'].map((Id) => ({ Id, MessageBody: '{}' }));
    const batch = await instrumented(() => sqs.send(new SendMessageBatchCommand({ QueueUrl, Entries })));
    let messages;
    await consume(sqs, QueueUrl, (received) => (messages = received));
    assert.equal(messages.length, 3);
    const senders = new Set([...one, ...batch].map(({ spanId }) => spanId));
    for (const message of messages) {
      const found = extract(message);
      assert.ok(senders.has(found.spanId), 'the sender is one of the spans of the instrumentation');
      assertRead(message, 'sqs', found);
    }
    await assertLinked([...one, ...batch]);
    await assertDeleted(QueueUrl);
  });

  test('Binary attributes, and none', async () => {
    const QueueUrl = await newQueue('binary');
    // The instrumentation would write attributes of its own.
    const sent = await produce((headers) =>
      uninstrumented(() =>
        sqs.send(
          new SendMessageCommand({
            QueueUrl,
            MessageBody: '{}',
            MessageAttributes: attributesOf(headers, (text) => ({
              DataType: 'Binary',
              BinaryValue: Buffer.from(text),
            })),
          }),
        ),
      ),
    );
    let messages;
    await consume(sqs, QueueUrl, (received) => (messages = received));
    assert.equal(messages.length, 1);
    assert.equal(messages[0].MessageAttributes.traceparent.DataType, 'Binary');
    assertRead(messages[0], 'sqs', sent);
    await assertLinked([sent]);
    assertBare({ ...messages[0], MessageAttributes: undefined }, 'sqs');
  });
});

describe('SNS to SQS, through moto', () => {
  for (const raw of [false, true]) {
    test(raw ? 'raw delivery' : 'in an envelope', async () => {
      const name = raw ? 'raw' : 'wrapped';
      const QueueUrl = await newQueue(name);
      const { TopicArn } = await sns.send(new CreateTopicCommand({ Name: name }));
      const { Attributes } = await sqs.send(
        new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['QueueArn'] }),
      );
      await sns.send(
        new SubscribeCommand({
          TopicArn,
          Protocol: 'sqs',
          Endpoint: Attributes.QueueArn,
          Attributes: { RawMessageDelivery: `${raw}` },
        }),
      );
      const [sent] = await instrumented(() => sns.send(new PublishCommand({ TopicArn, Message: '{}' })));
      let messages;
      await consumeEnvelopes(sqs, QueueUrl, (received) => (messages = received));
      assert.equal(messages.length, 1);
      assertRead(messages[0], raw ? 'sqs' : 'snsEnvelope', sent);
      if (!raw) assertRead(JSON.parse(messages[0].Body), 'snsEnvelope', sent);
      else assert.equal(extract(messages[0], snsEnvelope), undefined);
      await assertLinked([sent]);
      await assertDeleted(QueueUrl);
    });
  }
});

test('Kinesis, through moto: an envelope in the data', async () => {
  // The client speaks HTTP/2 by default, and moto does not.
  const kinesis = new KinesisClient({ ...config, requestHandler: new NodeHttpHandler() });
  const StreamName = 'orders';
  await kinesis.send(new CreateStreamCommand({ StreamName, ShardCount: 1 }));
  const sent = await produce(async (headers) => {
    const body = injectEnvelope({ orderId: 'o1' }, extract(headers));
    const Data = Buffer.from(JSON.stringify(body));
    await kinesis.send(new PutRecordCommand({ StreamName, PartitionKey: 'p', Data }));
  });
  await kinesis.send(
    new PutRecordCommand({ StreamName, PartitionKey: 'p', Data: Buffer.from([0xff, 0x00]) }),
  );
  const { StreamDescription } = await kinesis.send(new DescribeStreamCommand({ StreamName }));
  const [{ ShardId }] = StreamDescription.Shards;
  const { ShardIterator } = await kinesis.send(
    new GetShardIteratorCommand({ StreamName, ShardId, ShardIteratorType: 'TRIM_HORIZON' }),
  );
  let records;
  await consumeRecords(kinesis, ShardIterator, (received) => (records = received));
  assertRead(records[0], 'kinesis', sent);
  assertBare(records[1], 'kinesis');
  await assertLinked([sent]);
});
