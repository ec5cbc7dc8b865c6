// The sums that must come out even. Each check says in words what equals what.

const total = (rows, column) => rows.reduce((sum, row) => sum + row[column], 0);

/** @param totals a closed `Totals`; answers `[{ claim, left, right, holds }]` */
export function checkSums({ ledger, links, offers, joins, arrivals, stats, fulfilled }) {
  const check = (claim, left, right) => ({ claim, left, right, holds: left === right });
  const { pending, completed, redelivered, duplicates, late, conflicts, rejected } = offers;

  return [
    check(
      'messages: delivered = sent + repeated + redelivered - lost',
      total(ledger, 'delivered'),
      total(ledger, 'sent') +
        total(ledger, 'repeated') +
        total(ledger, 'redelivered') -
        total(ledger, 'lost'),
    ),
    check(
      'messages: delivered = handled by the consumers',
      total(ledger, 'delivered'),
      total(links, 'delivered') + offers.delivered,
    ),
    ...links.map((row) =>
      check(
        `${row.consumer}: delivered = linked + duplicates + missing + malformed + dropped`,
        row.delivered,
        row.linked + row.duplicates + row.missing + row.malformed + row.dropped,
      ),
    ),
    check(
      'fulfilment: delivered = pending + completed + redelivered + duplicates + late + conflicts + rejected',
      offers.delivered,
      pending + completed + redelivered + duplicates + late + conflicts + rejected,
    ),
    check(
      'fulfilment: the answers seen = those in FanIn.stats()',
      [offers.delivered, pending, completed, redelivered, duplicates, late, conflicts, rejected].join(' '),
      [
        stats.offered,
        stats.arrivals,
        stats.completed,
        stats.redelivered,
        stats.duplicates,
        stats.late,
        stats.conflicts,
        stats.rejected,
      ].join(' '),
    ),
    check('joins: one opened for each order', pending, joins.orders),
    check(
      'joins: orders = completed + expired + open',
      joins.orders,
      joins.completed + joins.expired + joins.open,
    ),
    check('joins: events = linked + without context', arrivals.events, arrivals.linked + arrivals.linkless),
    check('spans: one fulfill_order for each completed join', fulfilled.spans, joins.completed),
    check('spans: no order fulfilled twice', fulfilled.orders, fulfilled.spans),
  ];
}
