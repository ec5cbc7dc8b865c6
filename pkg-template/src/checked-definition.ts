import { copyAttributes, pushNumber, pushText } from './attributes.js';
import { FanInTable } from './core/core.js';
import type { FanInDefinition } from './definition.js';
import { SpanlinkError } from './errors.js';
import { allNumbers, numbersStart, readUtf8, reserve, writeBytes } from './memory.js';
import { isWellFormed } from './text.js';
import type { Attributes } from './types.js';

/** A definition that was found to make sense, as it was when it was given. */
export interface CheckedDefinition {
  /** The names of an outcome's attributes: made once, for text that is made anew costs a look-up each time. */
  attributeNames: { triggerCount: string; linkCount: string; waitMs: string };
  /** The attributes of an outcome, all of them, to be copied: that takes a fifth of adding one by one. */
  attributes: Attributes;
  maxKeyBytes: number;
  slots: CheckedSlot[];
  slotIndex: Map<string, number>;
  /** Lists of slots, where there are few enough of them. */
  lists: SlotLists | undefined;
}

/** A slot of such a definition. */
export interface CheckedSlot {
  name: string;
  relationship: string;
  attributes: Attributes | undefined;
  /** Those of a link to an event that came without attributes, to be copied. */
  linkAttributes: Attributes;
  /** Whether there are lists among them, of which each link gets its own. */
  hasLists: boolean;
}

/** How many slots fit the bits of an answer; Rust has the same number. */
export const MASK_SLOTS = 10;
/** All those bits. */
export const ALL_SLOTS = (1 << MASK_SLOTS) - 1;

/** Lists of slot names by the bits that stand for them: each is made once, for a copy is faster than making one. */
class SlotLists {
  readonly #names: string[];
  readonly #lists: (string[] | undefined)[];

  constructor(names: string[]) {
    this.#names = names;
    this.#lists = Array.from({ length: 1 << names.length });
  }

  /** The names of the slots whose bits are set. */
  copy(bits: number): string[] {
    const list = (this.#lists[bits] ??= this.#names.filter((_, slot) => bits & (1 << slot)));
    // Most are of one slot, for a join of two; a literal takes 10 ns less than a copy of a list.
    return list.length === 1 ? [list[0] as string] : list.slice();
  }
}

/** The largest number of milliseconds: what JavaScript keeps exactly. */
const WHOLE = 2 ** 53 - 1;
/** The largest size: what the memory of WebAssembly can have. */
const SIZE = 2 ** 32 - 1;

/** The options that are numbers, and how large each may be, in the order in which Rust reads them. */
const NUMBERS = {
  version: SIZE,
  timeoutMs: WHOLE,
  retainMs: WHOLE,
  maxPending: SIZE,
  maxTombstones: SIZE,
  maxBytes: SIZE,
  maxKeyBytes: SIZE,
  maxLinks: SIZE,
};
const SLOT_NUMBERS = { min: SIZE, max: SIZE };
const RULE_NUMBERS = { slots: SIZE, arrivals: SIZE };
/** Words, of which the first is the default. */
const ON_FULL = ['reject', 'evictOldest'];
const ON_CONFLICT = ['keepFirst', 'replace'];

/** Makes a table for a definition. Whether that makes sense is for Rust to say. */
export function makeTable(definition: FanInDefinition): { table: FanInTable; checked: CheckedDefinition } {
  const { name, prefix, maxKeyBytes, slots, bytes } = read(definition);
  reserve(bytes.length);
  writeBytes(bytes, 0);
  const table = FanInTable.define(bytes.length);
  if (!table) invalidDefinition(readUtf8(allNumbers()[numbersStart()] as number));

  const attributes: Attributes = {
    [`${prefix}.name`]: name,
    [`${prefix}.trigger_count`]: 0,
    [`${prefix}.link_count`]: 0,
    [`${prefix}.wait_ms`]: 0,
  };
  // As the object has them: text that was put together is looked up each time, 10 ns.
  const [, triggerCount, linkCount, waitMs] = Object.keys(attributes) as [string, string, string, string];
  const names = slots.map(({ name }) => name);
  const checked = {
    attributeNames: { triggerCount, linkCount, waitMs },
    attributes,
    maxKeyBytes,
    slots: slots.map(({ name, relationship, attributes }) => {
      const linkAttributes = { ...attributes, 'link.relationship': relationship };
      const hasLists = Object.values(linkAttributes).some(Array.isArray);
      return { name, attributes, relationship, linkAttributes, hasLists };
    }),
    slotIndex: new Map(names.map((name, index) => [name, index])),
    lists: names.length > MASK_SLOTS ? undefined : new SlotLists(names),
  };
  return { table, checked };
}

function invalidDefinition(message: string, cause?: unknown): never {
  throw new SpanlinkError('invalid_definition', message, { cause });
}

/** Reads a definition, each property once, and writes it down for Rust. */
function read(definition: FanInDefinition) {
  try {
    const { name = '', slots, complete, onFull, attributePrefix = 'fan_in' } = definition;
    const bytes: number[] = [];
    pushText(bytes, text(name, 'name'));
    pushText(bytes, text(attributePrefix, 'attributePrefix'));
    const { maxKeyBytes = 1024 } = pushNumbers(bytes, definition, NUMBERS, '');
    pushSecond(bytes, onFull, 'onFull', ON_FULL);
    pushRule(bytes, complete);
    const givenSlots = Object.entries(record(slots, 'slots')).map(([name, slot]) => {
      const shown = `slots.${name.slice(0, 64)}`;
      const { relationship = name, onConflict, attributes = {} } = record(slot, shown);
      pushText(bytes, text(name, shown));
      pushNumbers(bytes, slot, SLOT_NUMBERS, `${shown}.`);
      pushSecond(bytes, onConflict, `${shown}.onConflict`, ON_CONFLICT);
      return {
        name,
        relationship: text(relationship, `${shown}.relationship`),
        attributes: copyAttributes(record(attributes, `${shown}.attributes`)),
      };
    });
    return { name, prefix: attributePrefix, maxKeyBytes, slots: givenSlots, bytes: Uint8Array.from(bytes) };
  } catch (error) {
    if (error instanceof SpanlinkError) throw error;
    return invalidDefinition('`definition` must be an object with plain properties', error);
  }
}

/** An object with properties that are named by the user. */
function record<T extends object>(value: T, option: string): T {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  return invalidDefinition(`\`${option}\` must be an object`);
}

/** An option that is text, and crosses as what it is. */
function text(value: unknown, option: string): string {
  return typeof value === 'string' && isWellFormed(value)
    ? value
    : invalidDefinition(`\`${option}\` must be well-formed text`);
}

/** Writes down the numbers of some options, each as one more, 0 for one that is not given. Gives those that are. */
function pushNumbers<K extends string>(
  bytes: number[],
  source: object,
  most: Record<K, number>,
  prefix: string,
): Partial<Record<K, number>> {
  const given: Partial<Record<K, number>> = {};
  for (const option of Object.keys(most) as K[]) {
    const value = (source as Record<string, unknown>)[option];
    if (value === undefined) {
      pushNumber(bytes, 0);
    } else {
      const number = whole(value, prefix + option, most[option]);
      given[option] = number;
      pushNumber(bytes, number + 1);
    }
  }
  return given;
}

function whole(value: unknown, option: string, most: number): number {
  if (Number.isInteger(value) && (value as number) >= 0 && (value as number) <= most) return value as number;
  return invalidDefinition(
    `\`${option}\` must be a whole number from 0 to ${most === WHOLE ? '2^53 - 1' : '2^32 - 1'}`,
  );
}

/** Writes down whether an option is the second of two words. */
function pushSecond(bytes: number[], value: unknown, option: string, words: string[]): void {
  const second = value === undefined ? 0 : words.indexOf(value as string);
  if (second < 0)
    invalidDefinition(`\`${option}\` must be ${words.map((word) => `\`${word}\``).join(' or ')}`);
  bytes.push(second);
}

/** Writes down when a join is complete. */
function pushRule(bytes: number[], complete: unknown): void {
  const rule = typeof complete === 'object' && complete !== null ? complete : {};
  const { slots, arrivals } = pushNumbers(bytes, rule, RULE_NUMBERS, 'complete.');
  if (slots !== undefined && arrivals !== undefined) {
    invalidDefinition('`complete` must not have both `slots` and `arrivals`');
  }
  const isAll = complete === undefined || complete === 'all';
  if (!isAll && slots === undefined && arrivals === undefined) {
    invalidDefinition('`complete` must be `all`, or have `slots` or `arrivals`');
  }
}
