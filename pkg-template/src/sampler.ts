/** A sampler that looks at links. */
import { invalidOption, optionsObject } from './errors.js';
import type { Attributes, Link, TraceStateLike } from './types.js';

/** What a sampler decides; structurally that of `@opentelemetry/sdk-trace-base`. */
export interface SamplingResult {
  /** 0: not recorded. 1: recorded, not sampled. 2: recorded and sampled. */
  decision: 0 | 1 | 2;
  /** What to add to the span's attributes; never set by {@link linkedSampler} itself. */
  attributes?: Readonly<Attributes>;
  /** The trace state of the span's context; absent: that of its parent. */
  traceState?: TraceStateLike;
}

/** How a sampler is asked. */
export type ShouldSample<Result> = (
  context: any,
  traceId: string,
  spanName: string,
  spanKind: any,
  attributes: any,
  links: any[],
) => Result;

/** A sampler; structurally that of `@opentelemetry/sdk-trace-base`. */
export interface Sampler<Result = any> {
  /** Decides about a span that is to be started. */
  shouldSample: ShouldSample<Result>;
  /** What the sampler is, for logs. */
  toString(): string;
}

/** How {@link linkedSampler} decides. */
export interface LinkedSamplerOptions {
  /** The sampler to ask where the links do not decide. Default: one that records nothing. */
  root?: Sampler | undefined;
  /** How many of the linked spans must have been sampled: one, all, or at least so many. Default: `'any'`. */
  whenLinked?: 'any' | 'all' | number | undefined;
}

const SAMPLED = 0x01;

/**
 * An OpenTelemetry `Sampler` that records a span when the spans it links to were sampled, and otherwise asks `root`.
 *
 * A consumer's span is the root of a new trace as a rule: a sampler that looks at parents alone cuts the chain at
 * every queue. Only links given to `startSpan` reach a sampler, not those added later.
 *
 * Source: OpenTelemetry specification, Tracing SDK, Sampling.
 *
 * @throws {SpanlinkError} `invalid_option` for a `root` that is no sampler or a `whenLinked` that makes no sense.
 *
 * @example
 * new BasicTracerProvider({
 *   sampler: new ParentBasedSampler({ root: linkedSampler({ root: new TraceIdRatioBasedSampler(0.01) }) }),
 * });
 */
export function linkedSampler(options?: LinkedSamplerOptions): Sampler<SamplingResult> {
  const { root, whenLinked = 'any' } = optionsObject(options);
  if (root !== undefined && typeof root?.shouldSample !== 'function') {
    invalidOption('root', 'must be a sampler');
  }
  if (
    whenLinked !== 'any' &&
    whenLinked !== 'all' &&
    !(Number.isSafeInteger(whenLinked) && whenLinked >= 1)
  ) {
    invalidOption('whenLinked', 'must be `any`, `all` or a whole number from 1');
  }
  const needed = (links: number) => (whenLinked === 'all' ? links : whenLinked === 'any' ? 1 : whenLinked);
  const sampler: Sampler<SamplingResult> = {
    shouldSample(context, traceId, spanName, spanKind, attributes, links) {
      const known: unknown[] = Array.isArray(links) ? links : [];
      const sampled = known.filter(isSampled).length;
      if (sampled > 0 && sampled >= needed(known.length)) return { decision: 2 };
      return root?.shouldSample(context, traceId, spanName, spanKind, attributes, links) ?? { decision: 0 };
    },
    toString: () => `LinkedSampler{root=${root ?? 'AlwaysOffSampler'}, whenLinked=${whenLinked}}`,
  };
  return Object.freeze(sampler);
}

/** Whether the span of a link was sampled; a link that is none was not. */
function isSampled(link: unknown): boolean {
  try {
    const flags = (link as Partial<Link> | undefined)?.context?.traceFlags;
    return typeof flags === 'number' && (flags & SAMPLED) !== 0;
  } catch {
    return false;
  }
}
