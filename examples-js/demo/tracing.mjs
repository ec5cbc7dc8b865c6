// The real OpenTelemetry SDK, one provider for each service, on virtual time and with reproducible ids.
import { context } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { resourceFromAttributes } from '@opentelemetry/resources';
import {
  AlwaysOnSampler,
  BasicTracerProvider,
  InMemorySpanExporter,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace-base';

export class Tracing {
  #clock;
  #idGenerator;
  #exporter = new InMemorySpanExporter();

  constructor({ clock, random }) {
    this.#clock = clock;
    this.#idGenerator = { generateTraceId: () => random.hex(32), generateSpanId: () => random.hex(16) };
    context.setGlobalContextManager(new AsyncLocalStorageContextManager());
  }

  /** A function that runs `work` inside a span of this service: (name, options, work) => what `work` returns. */
  spansOf(serviceName) {
    const provider = new BasicTracerProvider({
      resource: resourceFromAttributes({ 'service.name': serviceName }),
      sampler: new AlwaysOnSampler(), // whatever OTEL_TRACES_SAMPLER says: this is a demo of spans
      idGenerator: this.#idGenerator,
      spanProcessors: [new SimpleSpanProcessor(this.#exporter)],
    });
    const tracer = provider.getTracer('spanlink-demo');
    return (name, options, work) =>
      tracer.startActiveSpan(name, { ...options, startTime: this.#clock.now() }, async (span) => {
        try {
          return await work(span);
        } finally {
          span.end(this.#clock.now());
        }
      });
  }

  finishedSpans() {
    return this.#exporter.getFinishedSpans();
  }
}
