import { copyAttributes, pushText } from './attributes.js';
import { FanInTable } from './core/core.js';
import type { FanInDefinition } from './definition.js';
import { SpanlinkError } from './errors.js';
import { allNumbers, numbersStart, readUtf8, reserve, writeBytes } from './memory.js';
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
}

/** How many slots fit the bits of an answer; Rust has the same number. */
export const MASK_SLOTS = 10;
/** All those bits. */
export const ALL_SLOTS = (1 << MASK_SLOTS) - 1;

/** Lists of slot names by the bits that stand for them: each is made once, for a copy is faster than making one. */
export class SlotLists {
  readonly #names: string[];
  readonly #lists: (string[] | undefined)[];

  constructor(names: string[]) {
    this.#names = names;
    this.#lists = Array.from({ length: 1 << names.length });
  }

  /** The names of the slots whose bits are set. */
  copy(bits: number): string[] {
    const list = (this.#lists[bits] ??= this.#names.filter((_, slot) => bits & (1 << slot)));
    return list.slice();
  }
}

/** The options in the order in which Rust reads them. */
const OPTIONS = [
  'name',
  'version',
  'timeoutMs',
  'retainMs',
  'maxPending',
  'maxTombstones',
  'maxBytes',
  'maxKeyBytes',
  'maxLinks',
  'attributePrefix',
  'onFull',
];
const RULE_OPTIONS = ['slots', 'arrivals'];
const SLOT_OPTIONS = ['min', 'max', 'relationship', 'onConflict'];

const ABSENT = 0;
const NUMBER = 1;
const TEXT = 2;
/** For what is no value of any option. */
const OTHER = 3;

/** Makes a table for a definition. Whether that makes sense is for Rust to say. */
export function makeTable(definition: FanInDefinition): { table: FanInTable; checked: CheckedDefinition } {
  const { given, slots, bytes } = read(definition);
  reserve(bytes.length);
  writeBytes(bytes, 0);
  const table = FanInTable.define(bytes.length);
  if (!table) invalidDefinition(readUtf8(allNumbers()[numbersStart()] as number));

  const prefix = (given.attributePrefix as string | undefined) ?? 'fan_in';
  const attributes: Attributes = {
    [`${prefix}.name`]: given.name as string,
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
    maxKeyBytes: Number(given.maxKeyBytes ?? 1024),
    slots: slots.map(({ name, attributes, options }) => {
      const relationship = (options.relationship as string | undefined) ?? name;
      const linkAttributes = { ...attributes, 'link.relationship': relationship };
      return { name, attributes, relationship, linkAttributes };
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
    const { slots, complete } = definition;
    const bytes: number[] = [];
    const given = pick(bytes, definition, OPTIONS);
    pushValue(bytes, complete);
    pick(bytes, typeof complete === 'object' ? (complete ?? {}) : {}, RULE_OPTIONS);
    const givenSlots = Object.entries(record(slots, 'slots')).map(([name, slot]) => {
      const shown = `slots.${name.slice(0, 64)}`;
      pushValue(bytes, name);
      const options = pick(bytes, record(slot, shown), SLOT_OPTIONS);
      const { attributes = {} } = slot;
      return { name, options, attributes: copyAttributes(record(attributes, `${shown}.attributes`)) };
    });
    return { given, slots: givenSlots, bytes: Uint8Array.from(bytes) };
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

/** Some properties of an object, each read once and written down. */
function pick(bytes: number[], source: object, names: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(
    names.map((name) => {
      const value = (source as Record<string, unknown>)[name];
      pushValue(bytes, value);
      return [name, value];
    }),
  );
}

function pushValue(bytes: number[], value: unknown): void {
  if (value === undefined) {
    bytes.push(ABSENT);
  } else if (typeof value === 'number') {
    bytes.push(NUMBER, ...new Uint8Array(Float64Array.of(value).buffer));
  } else if (typeof value === 'string') {
    bytes.push(TEXT);
    pushText(bytes, value);
  } else {
    bytes.push(OTHER);
  }
}
