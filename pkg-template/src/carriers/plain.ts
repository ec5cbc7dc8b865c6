/** Headers and metadata as they are, whatever the transport. */
import { containerReader } from './reader.js';
import { property } from './property.js';

/** HTTP and Fetch: a Request, Response or IncomingMessage, or their headers. */
export const headers = containerReader(
  'headers',
  (message: unknown) => property(message, 'headers') ?? message,
);

/** The plain event envelope: `metadata` of an event, or the metadata itself. */
export const metadata = containerReader('metadata', (event: unknown) => property(event, 'metadata') ?? event);
