/** Readers: where the messages of each transport keep their trace context. */
export { auto } from './carriers/auto.js';
export { eventBridge, kinesis, lambdaSns, lambdaSqs, snsEnvelope, sqs } from './carriers/aws.js';
export { b3 } from './carriers/b3.js';
export { bullmq, mqtt, nats, queueBody, rabbitmq, redisStream } from './carriers/brokers.js';
export { eventHubs, pubsub, serviceBus } from './carriers/cloud.js';
export { cloudEvent } from './carriers/cloud-event.js';
export { firstOf } from './carriers/first-of.js';
export { kafka, lambdaMsk, rdkafka } from './carriers/kafka.js';
export { headers, metadata } from './carriers/plain.js';
export { custom } from './carriers/reader.js';
export type { CarrierReader } from './carriers/reader.js';
export { xray } from './carriers/xray.js';
export { injectEnvelope } from './inject-envelope.js';
