// The panel beside a drawing: one span with its attributes, its links, and the spans that link to it.
// Runs in the browser, as part of the page.
import { markup } from './markup.mjs';

export function describeSpan(span, spans) {
  const { name, service, kind, start, end, attributes, links, traceId, id } = span;
  const time = `at ${(start / 1_000).toFixed(2)} s, for ${Math.round(end - start)} ms`;
  const incoming = spans.filter((other) => other.links.some((link) => link.spanId === id));
  return markup`<h2>${name}</h2>
<p>${service}, ${kind}, ${time}</p>
${section('Attributes', pairs(attributes))}
${section(
  `Links to (${links.length})`,
  links.map((link) => markup`<li>${target(link.spanId, link, spans)}${pairs(link.attributes)}</li>`),
)}
${section(
  `Linked from (${incoming.length})`,
  incoming.map((other) => markup`<li>${target(other.id, other, spans)}</li>`),
)}
${section('Identity', pairs({ trace: traceId, span: id }))}`;
}

function section(title, content) {
  if (content.length === 0) return '';
  return markup`<h3>${title}</h3>${Array.isArray(content) ? markup`<ul>${content}</ul>` : content}`;
}

function pairs(attributes) {
  const entries = Object.entries(attributes);
  if (entries.length === 0) return '';
  return markup`<dl>${entries.map(([key, value]) => markup`<div><dt>${key}</dt><dd>${value}</dd></div>`)}</dl>`;
}

/** A way to go there, where it is in the drawing. */
function target(spanId, { name, service }, spans) {
  if (!spans.some((span) => span.id === spanId)) return markup`${name} (${service})`;
  return markup`<button type="button" data-go="${spanId}">${name}</button> (${service})`;
}
