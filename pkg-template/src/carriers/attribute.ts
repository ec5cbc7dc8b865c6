/** Message attributes that say what type they are, as SQS and SNS have them. */
import { findHeaders } from './container.js';
import { fromBase64 } from '../base64.js';
import type { FoundHeaders } from './reader.js';
import { MAX_HEADER_LENGTH } from '../memory.js';

type Attribute = Record<string, unknown>;
/** Where an attribute keeps its value; base64 text of bytes is decoded. */
type ValueOf = (attribute: Attribute) => unknown;

const isBinary = (type: unknown) => typeof type === 'string' && type.startsWith('Binary');
const bytesOf = (text: unknown) => fromBase64(text, 2 * MAX_HEADER_LENGTH);

/** `{ DataType, StringValue | BinaryValue }`: the AWS SDK, which gives bytes as they are. */
export const sdkValue: ValueOf = (attribute) =>
  isBinary(attribute.DataType) ? attribute.BinaryValue : attribute.StringValue;

/** `{ dataType, stringValue | binaryValue }`: Lambda. */
export const lambdaValue: ValueOf = (attribute) =>
  isBinary(attribute.dataType) ? bytesOf(attribute.binaryValue) : attribute.stringValue;

/** `{ Type, Value }`: SNS. */
export const snsValue: ValueOf = (attribute) => {
  const value = attribute.Value;
  return isBinary(attribute.Type) ? bytesOf(value) : value;
};

/** Whichever of these it is; what is none stays what it is. */
export const anyValue: ValueOf = (attribute) =>
  sdkValue(attribute) ?? lambdaValue(attribute) ?? snsValue(attribute) ?? attribute;

/** Finds headers in attributes. */
export function findInAttributes(attributes: unknown, valueOf: ValueOf, found: FoundHeaders): void {
  findHeaders(attributes, found);
  found.traceparent = unwrapped(found.traceparent, valueOf);
  try {
    found.tracestate = unwrapped(found.tracestate, valueOf);
  } catch {
    // A list that throws when it is read costs nothing but itself.
    found.tracestate = undefined;
  }
}

/** The value of an attribute, or of each of several; what is no attribute is a value already. */
export function unwrapped(found: unknown, valueOf: ValueOf): unknown {
  if (Array.isArray(found)) {
    return typeof found[0] === 'number' ? found : found.map((each) => unwrapped(each, valueOf));
  }
  const isAttribute = typeof found === 'object' && found !== null && !ArrayBuffer.isView(found);
  return isAttribute ? valueOf(found as Attribute) : found;
}
