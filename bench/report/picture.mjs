// The report as a picture: how many times as fast as `extract` of @opentelemetry/core each way to links is.
const COLOURS = {
  light: { paper: '#ffffff', ink: '#1f2328', faint: '#59636e', ours: '#0969da', others: '#afb8c1' },
  dark: { paper: '#0d1117', ink: '#f0f6fc', faint: '#9198a1', ours: '#4493f8', others: '#3d444d' },
};

const WIDTH = 760;
const LEFT = 190;
const RIGHT = 60;
const BAR = 18;
const STEP = 24;
/** From the last bar of a table to the next table's title. */
const GAP = 28;

const escape = (text) => text.replace(/&/g, '&amp;').replace(/</g, '&lt;');

/** The column of the report that holds this figure. */
const TIMES_EXTRACT = '× extract';

/** The tables that have the figure and are marked for the picture, without what does no work at all. */
const shown = ({ parts }) =>
  parts
    .flatMap((part) => part.tables)
    .filter((table) => table.inPicture)
    .map((table) => ({ ...table, rows: table.rows.filter(({ name }) => name !== 'floor') }));

const figure = (table, row) => row.cells[table.columns.indexOf(TIMES_EXTRACT)].median;

/** An SVG, in the colours of a theme: `light` or `dark`. */
export function picture(report, theme) {
  const { paper, ink, faint, ours, others } = COLOURS[theme];
  const all = shown(report);
  const most = Math.max(1, ...all.flatMap((table) => table.rows.map((row) => figure(table, row))));
  const scale = (WIDTH - LEFT - RIGHT) / most;
  const parts = [];
  let y = 58;
  const text = (x, at, words, style) =>
    parts.push(`<text x="${x}" y="${at}" ${style}>${escape(words)}</text>`);
  for (const table of all) {
    text(16, y, table.inPicture, `fill="${ink}" font-weight="600"`);
    y += 12;
    for (const row of table.rows) {
      const value = figure(table, row);
      const length = Math.max(1, value * scale).toFixed(1);
      const isOurs = row.name.startsWith('spanlink');
      text(LEFT - 8, y + 14, row.name, `fill="${isOurs ? ink : faint}" text-anchor="end"`);
      parts.push(
        `<rect x="${LEFT}" y="${y}" width="${length}" height="${BAR}" rx="3" fill="${isOurs ? ours : others}"/>`,
      );
      text(LEFT + Number(length) + 6, y + 14, `${value.toFixed(1)} ×`, `fill="${isOurs ? ink : faint}"`);
      y += STEP;
    }
    y += GAP;
  }
  const foot = `Node ${report.node.slice(1)}, ${report.cpu ?? 'unknown processor'}, medians of interleaved rounds`;
  text(16, y, foot, `fill="${faint}"`);
  const head = 'How many times as fast as extract of @opentelemetry/core';
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${y + 16}" viewBox="0 0 ${WIDTH} ${y + 16}" font-family="system-ui, sans-serif" font-size="13" role="img" aria-label="${head}">
<rect width="100%" height="100%" fill="${paper}"/>
<text x="16" y="26" fill="${ink}" font-size="15" font-weight="600">${head}</text>
${parts.join('\n')}
</svg>
`;
}
