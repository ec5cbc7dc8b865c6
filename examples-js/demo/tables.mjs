// The totals as tables, for the terminal and the page alike: names first, then numbers, then their sum.

/** @returns `[{ title, columns, rows, sum }]`, `sum` only where there is more than one row */
export function tables({ ledger, links, offers, joins, arrivals }) {
  return [
    table('Messages by topic', ledger),
    table('Links by consumer', links),
    table('Fan-in by answer', [{ consumer: 'fulfilment', ...offers }]),
    table('Joins and their events', [{ join: 'order-fulfilment', ...joins, ...arrivals }]),
  ];
}

function table(title, records) {
  const columns = Object.keys(records[0]);
  const rows = records.map((record) => columns.map((column) => record[column]));
  if (rows.length === 1) return { title, columns, rows };
  const sum = columns.map((_, index) =>
    index === 0 ? 'all' : rows.reduce((total, row) => total + row[index], 0),
  );
  return { title, columns, rows, sum };
}
