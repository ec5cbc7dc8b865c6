// Export over OTLP/HTTP: every span to the endpoint the environment names, and one clear line about how it went.
import { ExportResultCode } from '@opentelemetry/core';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';

const SPANS_PER_REQUEST = 512;
const PATIENCE_MS = 5_000;

/** Resolves to the line to print; it never rejects and never waits longer than its patience. */
export async function exportSpans(spans, endpoint) {
  if (!isHttp(endpoint)) {
    return 'OTLP: no spans sent, OTEL_EXPORTER_OTLP_ENDPOINT is not an http or https URL';
  }
  const exporter = new OTLPTraceExporter({ timeoutMillis: PATIENCE_MS / 2 });
  const deadline = Date.now() + PATIENCE_MS;
  for (let sent = 0; sent < spans.length; sent += SPANS_PER_REQUEST) {
    const part = spans.slice(sent, sent + SPANS_PER_REQUEST);
    const problem = await send(exporter, part, deadline - Date.now());
    if (problem)
      return `OTLP: ${sent} of ${spans.length} spans sent, ${endpoint} cannot be reached (${problem})`;
  }
  return `OTLP: ${spans.length} spans sent to ${endpoint}`;
}

/** Resolves to what went wrong, or to undefined. */
function send(exporter, spans, patienceMs) {
  return new Promise((resolve) => {
    const impatience = setTimeout(resolve, patienceMs, 'no answer in time');
    exporter.export(spans, ({ code, error }) => {
      clearTimeout(impatience);
      resolve(code === ExportResultCode.SUCCESS ? undefined : (error?.code ?? error?.message ?? 'refused'));
    });
  });
}

function isHttp(endpoint) {
  return URL.canParse(endpoint) && ['http:', 'https:'].includes(new URL(endpoint).protocol);
}
