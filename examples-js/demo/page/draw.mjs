// Draws a view as SVG: lanes with bars for spans, arrows for links. The page draws it again for its own width.
// Runs in Node and, as part of the page, in the browser.
import { layOut } from './layout.mjs';
import { markup } from './markup.mjs';

export function drawView(view, width) {
  const layout = layOut(view, width);
  const { crowded, height, lanes, arrows, ticks } = layout;
  return markup`<svg width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="group" aria-label="${view.title}, spans on a time line">
${lanes.map((lane) => drawLane(lane, width))}
${ticks.map((tick) => drawTick(tick, height))}
<g class="${crowded ? 'crowded' : 'sparse'}">${arrows.map(drawArrow)}</g>
${lanes.map((lane) => lane.marks.map(drawMark))}
${lanes.map((lane) => lane.bars.map(drawBar))}
<g class="labels">${lanes.map((lane) => drawLabels(lane, layout))}</g>
</svg>`;
}

function drawLane({ top, height, color }, width) {
  return markup`<g class="lane c${color}">
<rect class="ground" x="0.5" y="${top}" width="${width - 1}" height="${height}" rx="8" />
<rect class="edge" x="0.5" y="${top + 8}" width="3" height="${height - 16}" rx="1.5" />
</g>`;
}

function drawTick({ x, text }, height) {
  return markup`<g class="tick">
<line x1="${x}" x2="${x}" y1="24" y2="${height - 8}" />
<text x="${x}" y="16">${text}</text>
</g>`;
}

function drawArrow({ from, to, start, end, bend, link }) {
  const curve = `M${start.x} ${start.y} C${start.x + bend} ${start.y} ${end.x - bend} ${end.y} ${end.x - 5} ${end.y}`;
  const head = `M${end.x - 8} ${end.y - 4.5} L${end.x} ${end.y} L${end.x - 8} ${end.y + 4.5} Z`;
  const relationship = link.attributes['link.relationship'] ?? 'link';
  return markup`<g class="link" data-from="${from.id}" data-to="${to.id}">
<title>${to.name} links to ${from.name}: ${relationship}</title>
<path class="curve" d="${curve}" /><path class="head" d="${head}" />
</g>`;
}

function drawBar({ span, x, y, width, height, reach, color }) {
  const count = span.links.length;
  const name = `${span.name}, ${span.service}, ${count} ${count === 1 ? 'link' : 'links'}`;
  return markup`<g class="span c${color} ${span.kind}" data-id="${span.id}" role="button" tabindex="-1" aria-pressed="false" aria-label="${name}">
<rect class="hit" x="${x - reach}" y="${y - reach / 2}" width="${width + 2 * reach}" height="${height + reach}" rx="4" />
<rect class="bar" x="${x}" y="${y}" width="${width}" height="${height}" rx="3" />
</g>`;
}

function drawMark({ x, y, number, answer, slot }) {
  return markup`<g class="mark ${answer}">
<title>${number}: ${slot}, ${answer}</title>
<circle cx="${x}" cy="${y}" r="9" /><text x="${x}" y="${y + 4}">${number}</text>
</g>`;
}

function drawLabels({ service, color, top, labels }, { wide, plot }) {
  const title = markup`<text class="service c${color}" x="14" y="${top + 18}">${service}</text>`;
  return [title, ...labels.map((label) => (wide ? drawLabelBeside(label, plot) : drawLabelAbove(label)))];
}

function drawLabelBeside({ text, note, depth, y }, plot) {
  return markup`<text class="name" x="${14 + depth * 14}" y="${y + 18}">${text}</text>
<text class="note" x="${plot.left - 18}" y="${y + 18}">${note}</text>`;
}

function drawLabelAbove({ text, note, depth, y }) {
  return markup`<text class="name" x="${14 + depth * 12}" y="${y + 15}">${text}<tspan class="aside"> ${note}</tspan></text>`;
}
