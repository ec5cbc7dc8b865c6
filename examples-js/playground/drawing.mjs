// The senders' spans, the span they led to, and the links between them.

const SVG = 'http://www.w3.org/2000/svg';
const ROW = 46;
const WIDTH = 520;

function make(name, attributes, ...children) {
  const element = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.append(...children);
  return element;
}

const box = (className, x, y, width, text, title) =>
  make(
    'g',
    { class: className },
    make('title', {}, title),
    make('rect', { x, y, width, height: 32, rx: 8 }),
    make('text', { x: x + 12, y: y + 21 }, text),
  );

/** Draws a join, as an element with a text for those who cannot see it. */
export function draw({ slots, events, span, links }) {
  const height = Math.max(1, slots.length) * ROW + 12;
  const middle = height / 2 - 16;
  const linked = new Set(links.map(({ context }) => context.spanId));
  const parts = [];
  const told = [];
  slots.forEach((slot, index) => {
    const y = index * ROW + 8;
    const event =
      events.findLast((each) => each.slot === slot && linked.has(each.context.spanId)) ??
      events.findLast((each) => each.slot === slot);
    const text = slot.length > 20 ? `${slot.slice(0, 19)}…` : slot;
    parts.push(
      box(
        event ? 'filled' : 'empty',
        1,
        y,
        190,
        text,
        event ? `${slot}: span ${event.context.spanId}` : `${slot}: nothing yet`,
      ),
    );
    if (!event || !span || !linked.has(event.context.spanId)) return;
    const [from, to] = [y + 16, middle + 16];
    parts.push(
      make('path', { d: `M330 ${to} C270 ${to} 250 ${from} 194 ${from}`, class: 'curve' }),
      make('path', { d: `M202 ${from - 5} L194 ${from} L202 ${from + 5}` }),
    );
    told.push(`${span.name} links to ${slot}`);
  });
  if (span) parts.push(box('span', 330, middle, 180, span.name, `span ${span.context.spanId}`));
  const label = told.length > 0 ? told.join(', ') : 'no links yet';
  return make('svg', { viewBox: `0 0 ${WIDTH} ${height}`, role: 'img', 'aria-label': label }, ...parts);
}
