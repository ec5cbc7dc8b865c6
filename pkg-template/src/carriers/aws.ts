/** SQS, SNS, Kinesis and EventBridge, from the AWS SDK and in Lambda. */
import { findInAttributes, lambdaValue, sdkValue, snsValue } from './attribute.js';
import { fromBase64 } from '../base64.js';
import { MAX_JSON, findInEither, parsedBody } from './envelope.js';
import { objectOf } from './object.js';
import { reader } from './reader.js';

/**
 * SQS from the AWS SDK: `MessageAttributes` of a message, or the attributes themselves. `ReceiveMessage` must ask for
 * them: `MessageAttributeNames: ['All']`.
 *
 * A message that SNS put there with raw delivery is of this kind; without it, {@link snsEnvelope} reads it.
 */
export const sqs = reader('sqs', (message, found) => {
  findInAttributes(objectOf(message)?.MessageAttributes ?? message, sdkValue, found);
});

/**
 * SNS, in the envelope that it puts into an SQS message: an SQS message (the SDK's or Lambda's), its body, or the
 * parsed envelope, whose `MessageAttributes` have a `Type` and a `Value`.
 *
 * Source: Amazon SNS Developer Guide, Parsing message formats.
 */
export const snsEnvelope = reader('snsEnvelope', (message, found) => {
  const body = objectOf(message)?.Body ?? objectOf(message)?.body ?? message;
  findInAttributes(objectOf(parsedBody(body))?.MessageAttributes, snsValue, found);
});

/**
 * SQS in Lambda: `messageAttributes` of a record, or the attributes themselves. An SNS envelope in the `body` is for
 * {@link snsEnvelope}; `firstOf(lambdaSqs, xray)` falls back to the trace header that SQS itself hands on.
 *
 * Source: AWS Lambda Developer Guide, Using Lambda with Amazon SQS.
 */
export const lambdaSqs = reader('lambdaSqs', (record, found) => {
  findInAttributes(objectOf(record)?.messageAttributes ?? record, lambdaValue, found);
});

/**
 * SNS in Lambda: `Sns.MessageAttributes` of a record, `MessageAttributes` of its `Sns`, or the attributes themselves.
 *
 * Source: AWS Lambda Developer Guide, Using Lambda with Amazon SNS.
 */
export const lambdaSns = reader('lambdaSns', (record, found) => {
  const sns = objectOf(record)?.Sns ?? record;
  findInAttributes(objectOf(sns)?.MessageAttributes ?? sns, snsValue, found);
});

/**
 * Kinesis, which has no headers: an envelope in the data of a record, Lambda's (`kinesis.data`, base64 text) or the
 * SDK's (`Data`, bytes), or the envelope itself. `injectEnvelope` writes one.
 *
 * Source: AWS Lambda Developer Guide, Using Lambda with Amazon Kinesis.
 */
export const kinesis = reader('kinesis', (record, found) => {
  const data = objectOf(objectOf(record)?.kinesis ?? record)?.data;
  const body = typeof data === 'string' ? fromBase64(data, 2 * MAX_JSON) : objectOf(record)?.Data;
  findInEither(body, record, found);
});

/**
 * EventBridge, which has no headers: an envelope in the `detail` of an event, or the envelope itself. `injectEnvelope`
 * writes one; the `TraceHeader` of PutEvents does not reach the event.
 *
 * Source: Amazon EventBridge User Guide, Event structure.
 */
export const eventBridge = reader('eventBridge', (event, found) => {
  findInEither(objectOf(event)?.detail, event, found);
});
