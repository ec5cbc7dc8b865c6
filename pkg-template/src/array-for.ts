/**
 * An array with room for what is made of each item, where their number is known: one that grows takes 3 ns an item
 * longer. To be cut to the number there was: to look at an item may take others away.
 */
export function arrayFor<T>(items: Iterable<unknown>): T[] {
  // What a Proxy gives for its length may be no length.
  return new Array<T>(Array.isArray(items) ? items.length >>> 0 : 0);
}
