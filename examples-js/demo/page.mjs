// The page: one HTML file with everything in it, which asks nothing of any server.
import { readFileSync } from 'node:fs';
import { drawView } from './page/draw.mjs';
import { Markup, markup } from './page/markup.mjs';
import { tables } from './tables.mjs';

const DRAWN_WIDTH = 840; // until the script fits the drawing to the window
const POLICY = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:";

const source = (name) => readFileSync(new URL(`./page/${name}`, import.meta.url), 'utf8');

export function renderPage({ views, totals, checks, spans, seed }) {
  const page = markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<link rel="icon" href="data:,">
<title>spanlink demo: ${totals.joins.orders} orders</title>
<style>${new Markup(source('style.css') + source('drawing.css'))}</style>
</head>
<body>
<header>
<h1>What caused this span?</h1>
<p>${totals.joins.orders} orders (seed ${seed}) made ${spans} spans. An arrow is a span link: it leads from the span that published a message to the span that handled it.</p>
</header>
<main>
${renderPicker(views)}
<div class="stage">
<div>${views.map(renderView)}</div>
<aside id="details" class="panel" aria-live="polite" aria-label="The selected span"></aside>
</div>
${renderTotals(totals, checks)}
</main>
<script type="application/json" id="views">${inScript(views)}</script>
<script type="module">${new Markup(script())}</script>
</body>
</html>
`;
  return String(page);
}

function renderPicker(views) {
  return markup`<fieldset class="picker" aria-label="What to show">
${views.map(renderChoice)}
</fieldset>`;
}

function renderChoice({ id, name }) {
  return markup`<label><input type="radio" name="view" value="${id}"><span>${name}</span></label>`;
}

function renderView(view) {
  return markup`<section class="view panel" id="view-${view.id}">
<h2>${view.title}</h2>
<p>${view.about}</p>
<figure class="drawing">${drawView(view, DRAWN_WIDTH)}</figure>
${view.answers.length > 0 ? renderAnswers(view.answers) : ''}
</section>
`;
}

function renderAnswers(answers) {
  const items = answers.map(
    ({ at, slot, answer }, index) =>
      markup`<li>${index + 1}. ${(at / 1_000).toFixed(2)} s ${slot}: <b>${answer}</b></li>`,
  );
  return markup`<ol class="answers" aria-label="What the join answered">${items}</ol>`;
}

function renderTotals(totals, checks) {
  const even = checks.every(({ holds }) => holds);
  const verdict = even ? 'Every message that was sent is accounted for.' : 'The sums do not come out even.';
  return markup`<section class="totals panel">
<h2>Totals</h2>
<p>${verdict}</p>
${tables(totals).map(renderTable)}
<ul class="sums" aria-label="Sums">${checks.map(renderCheck)}</ul>
</section>`;
}

function renderTable({ title, columns, rows, sum }) {
  return markup`<table>
<caption>${title}</caption>
<thead><tr>${columns.map((column) => markup`<th scope="col">${column}</th>`)}</tr></thead>
<tbody>${rows.map((row) => renderRow(row, columns, 'part'))}${sum ? renderRow(sum, columns, 'sum') : ''}</tbody>
</table>`;
}

/** Where there is no room for columns, each number shows the name of its own. */
function renderRow([name, ...numbers], [, ...columns], kind) {
  const cells = numbers.map((number, index) => markup`<td data-column="${columns[index]}">${number}</td>`);
  return markup`<tr class="${kind}"><th scope="row">${name}</th>${cells}</tr>`;
}

function renderCheck({ claim, left, right, holds }) {
  return holds
    ? markup`<li><b>✓</b> ${claim} (${left})</li>`
    : markup`<li class="fails"><b>✗</b> ${claim} (${left} is not ${right})</li>`;
}

/** The modules of the page as one: what they import from each other is all there already. */
function script() {
  const names = ['markup.mjs', 'layout.mjs', 'draw.mjs', 'details.mjs', 'behaviour.mjs'];
  const modules = names.map((name) => source(name).replace(/^import .*;\n/gm, ''));
  return `${modules.join('\n')}\nenhance(JSON.parse(document.querySelector('#views').textContent));\n`;
}

/** JSON that cannot end the script element it stands in. */
function inScript(value) {
  return new Markup(JSON.stringify(value).replaceAll('<', '\\u003c'));
}
