// Carriers: a reader says where a message keeps its headers.
import { extract, injectEnvelope } from 'spanlink';
import * as carriers from 'spanlink/carriers';
import { auto, custom, headers, kafka, metadata, type CarrierReader } from 'spanlink/carriers';

interface Envelope {
  meta: Map<string, string>;
}
declare const envelope: Envelope;

const { bullmq, cloudEvent, eventBridge, eventHubs, kinesis, lambdaMsk, lambdaSns, lambdaSqs, mqtt } =
  carriers;
const { nats, pubsub, queueBody, rabbitmq, rdkafka, redisStream, serviceBus, snsEnvelope, sqs } = carriers;
const named: CarrierReader[] = [auto, headers, kafka, metadata, bullmq, cloudEvent, eventBridge, eventHubs];
named.push(kinesis, lambdaMsk, lambdaSns, lambdaSqs, mqtt, nats, pubsub, queueBody, rabbitmq, rdkafka);
named.push(redisStream, serviceBus, snsEnvelope, sqs, carriers.firstOf(lambdaSqs, carriers.xray));
const own: CarrierReader<Envelope> = custom((message: Envelope) => message.meta);
const generic: CarrierReader<Envelope> = kafka;

named.forEach((reader) => extract(envelope, reader));
custom(() => undefined);
// @ts-expect-error a function
custom('meta');
// @ts-expect-error envelopes have no headers
custom((message: Envelope) => message.headers);

const body: { orderId: string } = injectEnvelope(
  { orderId: 'o' },
  { traceId: '', spanId: '', traceFlags: 1 },
);

void [own, generic, body];
