// Where everything goes: lanes, rows, bars and arrows for one view at a given width. Numbers only, no markup.
// Runs in Node and, as part of the page, in the browser.

const SERVICES = ['orders', 'payments', 'inventory', 'fulfilment', 'notifications', 'analytics'];

const WIDE = 700; // narrower than this, names stand above their bars
const CROWD = 40; // from here on, spans of one name share their rows
const SMALLEST_BAR = 6;
const SMALLEST_MARK = 20;
const TICK_STEPS = [100, 200, 500, 1_000, 2_000, 5_000, 10_000, 20_000, 60_000];
const TICK_WIDTH = 64;

export function layOut({ spans, answers }, width) {
  const wide = width >= WIDE;
  const last = Math.max(...spans.map((span) => span.end), ...answers.map((answer) => answer.at));
  const plot = { left: wide ? 284 : 14, right: width - 22 };
  const x = (time) => Math.round((plot.left + (time / last) * (plot.right - plot.left)) * 10) / 10;
  const frame = { x, wide, row: wide ? 26 : 40, bar: wide ? 7 : 22, marks: wide ? 13 : 32 };

  const crowded = spans.length >= CROWD;
  const lanes = [];
  let y = 34;
  for (const [color, service] of SERVICES.entries()) {
    const own = spans.filter((span) => span.service === service);
    if (own.length === 0) continue;
    const lane = { service, color, top: y, labels: [], bars: [], marks: [], y: y + 26 };
    if (crowded) shareRows(lane, own, frame);
    else giveRows(lane, own, frame, spans);
    if (service === 'fulfilment' && answers.length > 0) markAnswers(lane, answers, frame);
    lane.height = lane.y + 8 - lane.top;
    lanes.push(lane);
    y = lane.top + lane.height + 8;
  }

  const arrows = arrowsBetween(lanes.flatMap((lane) => lane.bars));
  return { wide, crowded, width, height: y, plot, lanes, arrows, ticks: ticksUntil(last, x, plot) };
}

/** A row for each span; `reach` is how far around its bar a pointer still finds it. */
function giveRows(lane, own, frame, spans) {
  for (const span of own) {
    const depth = spans.some((other) => other.id === span.parentId) ? 1 : 0;
    lane.labels.push({ text: span.name, note: duration(span), depth, y: lane.y });
    lane.bars.push({ ...barOf(span, frame), y: lane.y + frame.bar, height: 12, reach: 8, color: lane.color });
    lane.y += frame.row;
  }
}

/** A row for each name, and as many lines in it as spans overlap. */
function shareRows(lane, own, frame) {
  for (const name of new Set(own.map((span) => span.name))) {
    const same = own.filter((span) => span.name === name);
    const firstLine = lane.y + frame.bar - 2;
    const lineEnds = [];
    for (const span of same) {
      const bar = barOf(span, frame);
      const free = lineEnds.findIndex((end) => end + 2 <= bar.x);
      const line = free === -1 ? lineEnds.length : free;
      lineEnds[line] = bar.x + bar.width;
      lane.bars.push({ ...bar, y: firstLine + line * 12, height: 9, reach: 1, color: lane.color });
    }
    const note = same.length > 1 ? `× ${same.length}` : duration(same[0]);
    lane.labels.push({ text: name, note, depth: 0, y: lane.y });
    lane.y += Math.max(frame.row, frame.bar + lineEnds.length * 12 + 4);
  }
}

/** Numbered marks for what the join answered, moved apart where they would cover each other. */
function markAnswers(lane, answers, frame) {
  let free = -Infinity;
  lane.labels.push({ text: 'answers of the join', note: '', depth: 0, y: lane.y });
  lane.marks = answers.map(({ answer, slot, at }, index) => {
    const x = Math.max(frame.x(at), free);
    free = x + SMALLEST_MARK;
    return { x, y: lane.y + frame.marks, number: index + 1, answer, slot };
  });
  lane.y += frame.row + 6;
}

function barOf(span, { x }) {
  const start = x(span.start);
  return { span, x: start, width: Math.max(Math.round(x(span.end) - start), SMALLEST_BAR) };
}

/** From the end of the span that caused, to the start of the span that links to it. */
function arrowsBetween(bars) {
  const barOfSpan = new Map(bars.map((bar) => [bar.span.id, bar]));
  return bars.flatMap((to) =>
    to.span.links
      .filter((link) => barOfSpan.has(link.spanId))
      .map((link) => {
        const from = barOfSpan.get(link.spanId);
        const start = { x: from.x + from.width, y: from.y + from.height / 2 };
        const end = { x: to.x - 1, y: to.y + to.height / 2 };
        const bend = Math.max(16, Math.abs(end.x - start.x) / 2);
        return { from: from.span, to: to.span, start, end, bend, link };
      }),
  );
}

function ticksUntil(last, x, plot) {
  const room = Math.floor((plot.right - plot.left) / TICK_WIDTH);
  const step = TICK_STEPS.find((candidate) => last / candidate <= room) ?? last;
  const count = Math.floor(last / step) + 1;
  return Array.from({ length: count }, (_, index) => ({
    x: x(index * step),
    text: `${((index * step) / 1_000).toFixed(step < 1_000 ? 1 : 0)} s`,
  }));
}

function duration({ start, end }) {
  return `${Math.round(end - start)} ms`;
}
