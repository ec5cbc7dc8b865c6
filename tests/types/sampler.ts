// The sampler is one of the SDK's, and asks one of the SDK's.
import {
  AlwaysOnSampler,
  BasicTracerProvider,
  ParentBasedSampler,
  type Sampler,
  type SamplingResult,
} from '@opentelemetry/sdk-trace-base';
import { linkedSampler, type LinkedSamplerOptions, type SamplingResult as Ours } from 'spanlink/sampler';

declare function sample<T>(): T;

const sampler: Sampler = linkedSampler({ root: new AlwaysOnSampler(), whenLinked: 'all' });
new BasicTracerProvider({ sampler: new ParentBasedSampler({ root: sampler }) });
linkedSampler({ root: sample<Sampler>(), whenLinked: 2 });
export const result: SamplingResult = sample<Ours>();

// What is perhaps not there may be handed on, however strict the compiler is about optional properties.
const options: LinkedSamplerOptions = { root: undefined, whenLinked: undefined };
linkedSampler(options);
// @ts-expect-error not one of the rules
linkedSampler({ whenLinked: 'some' });
// @ts-expect-error a sampler, not its name
linkedSampler({ root: 'on' });
