/** Headers and metadata as they are, whatever the transport. */
import { headersOf, property } from './property.js';
import { reader } from './reader.js';

/** HTTP and Fetch: a Request, Response or IncomingMessage, or their headers. */
export const headers = reader('headers', (message) => headersOf(message) ?? message);

/** The plain event envelope: `metadata` of an event, or the metadata itself. */
export const metadata = reader('metadata', (event) => property(event, 'metadata') ?? event);
