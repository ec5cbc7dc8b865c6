// Hostile options for the sampler, and hostile links for its decision.
import { ROOT_CONTEXT } from '@opentelemetry/api';
import { linkedSampler } from 'spanlink/sampler';
import { failsAsDocumented } from './support/matrix.mjs';
import { context, traceId } from './support/vectors.mjs';

const decide = (links) => linkedSampler().shouldSample(ROOT_CONTEXT, traceId(1), 'name', 0, {}, links);

failsAsDocumented({
  options: (x) => linkedSampler(x),
  root: (x) => linkedSampler({ root: x }),
  whenLinked: (x) => linkedSampler({ whenLinked: x }),
  links: (x) => decide(x),
  link: (x) => decide([x, { context: context(1) }]),
  'context of a link': (x) => decide([{ context: x }]),
  'flags of a link': (x) => decide([{ context: { ...context(1), traceFlags: x } }]),
});
