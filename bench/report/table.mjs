// The report as text.

const digits = (number) => (number >= 100 ? 0 : number >= 10 ? 1 : 2);
export const number = (value) => value.toFixed(digits(Math.abs(value)));

/** A median with its quartiles, where it is not a single figure. */
function cell(spread) {
  if (spread === undefined) return '';
  const { median, low, high } = spread;
  return low === high ? number(median) : `${number(median)} (${number(low)}–${number(high)})`;
}

function aligned(rows) {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  return rows
    .map((row) =>
      row
        .map((text, column) => (column === 0 ? text.padEnd(widths[0]) : text.padStart(widths[column])))
        .join('  '),
    )
    .join('\n');
}

export function tables({ parts }) {
  return parts
    .flatMap((part) => part.tables)
    .map(({ title, columns, rows }) => {
      const body = rows.map(({ name, cells }) => [name, ...cells.map(cell)]);
      return `${aligned([[title, ...columns], ...body])}\n`;
    })
    .join('\n');
}

/** Whether a figure is at a bound or better. */
export const reaches = ({ measured, atMost }, bound) =>
  atMost ? measured.median <= bound : measured.median >= bound;

const verdict = (goal) => (reaches(goal, goal.aim) ? 'aim' : reaches(goal, goal.floor) ? 'floor' : 'missed');

export function goalsTable({ parts }) {
  const head = ['goals', 'floor', 'aim', 'measured', ''];
  const body = parts
    .flatMap((part) => part.goals)
    .map((goal) => {
      const sign = goal.atMost ? '≤ ' : '≥ ';
      return [goal.what, sign + goal.floor, sign + goal.aim, cell(goal.measured), verdict(goal)];
    });
  return aligned([head, ...body]);
}
