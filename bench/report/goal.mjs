/** A line of the table of goals; `atMost` where less is better. */
export const goal = (what, floor, aim, measured, { atMost = false } = {}) => ({
  what,
  floor,
  aim,
  measured,
  atMost,
});
