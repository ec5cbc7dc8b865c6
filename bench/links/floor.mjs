// The allocation floor: the objects that a result is made of, and nothing that finds out what goes into them.

const contextOf = (header) => ({
  traceId: header.substring(3, 35),
  spanId: header.substring(36, 52),
  traceFlags: 1,
  isRemote: true,
});

/** The context of a message that is known to be valid. */
export const context = ({ headers }) => contextOf(headers.traceparent);

/** The links of messages that are known to be valid. */
export function links(messages) {
  const made = new Array(messages.length);
  let count = 0;
  for (const { headers } of messages) made[count++] = { context: contextOf(headers.traceparent) };
  return made;
}
