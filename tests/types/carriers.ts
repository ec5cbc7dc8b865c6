// Carriers: a reader says where a message keeps its headers.
import { extract } from 'spanlink';
import { auto, custom, headers, kafka, metadata, type CarrierReader } from 'spanlink/carriers';

interface Envelope {
  meta: Map<string, string>;
}
declare const envelope: Envelope;

const named: CarrierReader[] = [auto, headers, kafka, metadata];
const own: CarrierReader<Envelope> = custom((message: Envelope) => message.meta);
const generic: CarrierReader<Envelope> = kafka;

named.forEach((reader) => extract(envelope, reader));
custom(() => undefined);
// @ts-expect-error a function
custom('meta');
// @ts-expect-error envelopes have no headers
custom((message: Envelope) => message.headers);

void [own, generic];
