// The tables that are compared: ours, and Maps. Each is loaded where it is used, for it is measured in a process of its
// own, and what the others need must not be in it.

const SLOTS = {
  payment: { relationship: 'payment_confirmation' },
  inventory: { relationship: 'inventory_reservation' },
};

export const MAPS = ['Map of headers', 'Map of contexts', 'Map, extract'];
export const NAMES = ['spanlink', ...MAPS];

/** A function that makes tables of a name, given the bounds of a definition and a clock. */
export async function maker(name) {
  if (name === 'spanlink') {
    const { FanIn } = await import('spanlink');
    return (bounds, now) => new FanIn({ name: 'fulfillment', slots: SLOTS, ...bounds }, { now });
  }
  const { JoinMap } = await import('./join-map.mjs');
  const file = {
    'Map of headers': './kept-headers.mjs',
    'Map of contexts': './kept-contexts.mjs',
    'Map, extract': './kept-extracted.mjs',
  }[name];
  const kept = await import(file);
  return (bounds, now) => new JoinMap(bounds, now, kept);
}
