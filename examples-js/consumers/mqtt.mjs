// MQTT 5: a span for each message; the context is in the user properties of its packet.
import { SpanKind, trace } from '@opentelemetry/api';
import { linkTo } from 'spanlink';
import { mqtt } from 'spanlink/carriers';

const tracer = trace.getTracer('orders');

export function consume(client, handle) {
  client.on('message', (topic, payload, packet) => {
    const link = linkTo(packet, { reader: mqtt });
    const options = { kind: SpanKind.CONSUMER, links: link ? [link] : [] };
    tracer.startActiveSpan('process order', options, async (span) => {
      try {
        await handle(payload, packet);
      } catch (error) {
        span.recordException(error);
      } finally {
        span.end();
      }
    });
  });
}
