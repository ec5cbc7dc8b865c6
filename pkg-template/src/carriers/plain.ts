/** Headers and metadata as they are, whatever the transport. */
import { objectOf } from './object.js';
import { reader } from './reader.js';

/** HTTP and Fetch: a Request, Response or IncomingMessage, or their headers. */
export const headers = reader('headers', (message) => objectOf(message)?.headers ?? message);

/** The plain event envelope: `metadata` of an event, or the metadata itself. */
export const metadata = reader('metadata', (event) => objectOf(event)?.metadata ?? event);
