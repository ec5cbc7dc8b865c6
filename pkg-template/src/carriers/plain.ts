/** Headers and metadata as they are, whatever the transport. */
import { findHeaders } from './container.js';
import { headersOf, property } from './property.js';
import { containerReader, reader } from './reader.js';

/** HTTP and Fetch: a Request, Response or IncomingMessage, or their headers. */
export const headers = reader('headers', (message, found) =>
  findHeaders(headersOf(message) ?? message, found),
);

/** The plain event envelope: `metadata` of an event, or the metadata itself. */
export const metadata = containerReader('metadata', (event: unknown) => property(event, 'metadata') ?? event);
