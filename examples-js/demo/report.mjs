// The report on the terminal: the tree of one order's spans, the totals as tables, and the sums.
import { tables } from './tables.mjs';

const seconds = (ms) => `${(ms / 1_000).toFixed(2)} s`;

/** Spans under their parents, and under each span its links: `~>` points to the span that caused it. */
export function spanTree({ title, about, spans, answers }) {
  const shown = new Set(spans.map((span) => span.id));
  const roots = spans.filter((span) => !shown.has(span.parentId));
  const childrenOf = (parent) => spans.filter((span) => span.parentId === parent.id);

  const draw = (span, lead, stem) => {
    const children = childrenOf(span);
    const time = `at ${seconds(span.start)}, ${Math.round(span.end - span.start)} ms`;
    const links = span.links.map(({ name, service, attributes }) => {
      const relationship = attributes['link.relationship'] ?? 'link';
      return `${stem}${children.length > 0 ? '│' : ' '}  ~> ${relationship}: ${name} (${service})`;
    });
    const below = children.flatMap((child, index) => {
      const last = index === children.length - 1;
      return draw(child, `${stem}${last ? '└─ ' : '├─ '}`, `${stem}${last ? '   ' : '│  '}`);
    });
    return [`${lead}${span.name} (${span.service}) ${time}`, ...links, ...below];
  };

  return [
    title,
    `  ${about}`,
    '',
    ...roots.flatMap((root) => draw(root, '  ', '  ')),
    '',
    '  Answers of the join',
    ...answers.map(({ at, slot, answer }) => `    ${seconds(at).padStart(8)}  ${slot.padEnd(12)}  ${answer}`),
  ].join('\n');
}

/** All totals, as tables of numbers. */
export function totalsReport(totals) {
  return tables(totals).map(renderTable).join('\n\n');
}

/** One line for each sum, and whether it holds. */
export function sumsReport(checks) {
  const lines = checks.map(({ claim, left, right, holds }) =>
    holds ? `  ok   ${claim} (${left})` : `  FAIL ${claim} (${left} is not ${right})`,
  );
  return ['Sums', ...lines].join('\n');
}

function renderTable({ title, columns, rows, sum }) {
  const lines = [columns, ...rows, ...(sum ? [sum] : [])];
  const widths = columns.map((_, index) => Math.max(...lines.map((line) => String(line[index]).length)));
  const render = (line) =>
    line
      .map((cell, index) => (index === 0 ? cell.padEnd(widths[0]) : String(cell).padStart(widths[index])))
      .join('  ');
  return [title, ...lines.map((line) => `  ${render(line)}`)].join('\n');
}
