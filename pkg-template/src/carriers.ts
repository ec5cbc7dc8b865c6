/** Readers: where the messages of each transport keep their trace context. */
export { auto } from './carriers/auto.js';
export { b3 } from './carriers/b3.js';
export { firstOf } from './carriers/first-of.js';
export { custom } from './carriers/reader.js';
export type { CarrierReader } from './carriers/reader.js';
export { headers, kafka, metadata } from './carriers/readers.js';
export { xray } from './carriers/xray.js';
