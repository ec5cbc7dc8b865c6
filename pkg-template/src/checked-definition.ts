import { copyAttributes } from './attributes.js';
import { FanInTable } from './core/core.js';
import type { FanInDefinition } from './definition.js';
import { SpanlinkError } from './errors.js';
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

export interface CheckedSlot {
  name: string;
  relationship: string;
  attributes: Attributes | undefined;
  /** Those of a link to an event that came without attributes, to be copied. */
  linkAttributes: Attributes;
}

/** How many slots fit the bits of an answer; Rust has the same number. */
export const MASK_SLOTS = 10;
export const ALL_SLOTS = (1 << MASK_SLOTS) - 1;

/** Lists of slot names by the bits that stand for them: each is made once, for a copy is faster than making one. */
class SlotLists {
  readonly #names: string[];
  readonly #lists = new Map<number, string[]>();

  constructor(names: string[]) {
    this.#names = names;
  }

  /** The names of the slots whose bits are set. Not to be changed. */
  of(bits: number): string[] {
    let list = this.#lists.get(bits);
    if (!list) {
      list = this.#names.filter((_, slot) => bits & (1 << slot));
      this.#lists.set(bits, list);
    }
    return list;
  }
}

const OPTIONS = [
  'name',
  'version',
  'timeoutMs',
  'retainMs',
  'maxPending',
  'maxTombstones',
  'maxBytes',
  'maxKeyBytes',
  'onFull',
  'maxLinks',
  'attributePrefix',
];
const SLOT_OPTIONS = ['min', 'max', 'relationship', 'onConflict'];

/** Makes a table for a definition. Whether that makes sense is for Rust to say. */
export function makeTable(definition: FanInDefinition): { table: FanInTable; checked: CheckedDefinition } {
  try {
    const { slots, complete } = definition;
    const given = pick(definition, OPTIONS);
    const givenSlots = Object.entries(record(slots, 'slots')).map(([name, slot]) => {
      const options = pick(record(slot, `slots.${name.slice(0, 64)}`), SLOT_OPTIONS);
      const { attributes = {} } = slot;
      return {
        name,
        options,
        attributes: copyAttributes(record(attributes, `slots.${name.slice(0, 64)}.attributes`)),
      };
    });
    const rule = typeof complete === 'object' ? pick(complete ?? {}, ['slots', 'arrivals']) : {};
    const table = new FanInTable({
      ...given,
      complete: plain(complete),
      completeSlots: rule.slots,
      completeArrivals: rule.arrivals,
      slots: givenSlots.map(({ name, options }) => [name, options]),
    });
    const prefix = (given.attributePrefix as string | undefined) ?? 'fan_in';
    const attributeNames = {
      triggerCount: `${prefix}.trigger_count`,
      linkCount: `${prefix}.link_count`,
      waitMs: `${prefix}.wait_ms`,
    };
    const { triggerCount, linkCount, waitMs } = attributeNames;
    const names = givenSlots.map(({ name }) => name);
    const checked = {
      attributeNames,
      attributes: {
        [`${prefix}.name`]: given.name as string,
        [triggerCount]: 0,
        [linkCount]: 0,
        [waitMs]: 0,
      },
      maxKeyBytes: Number(given.maxKeyBytes ?? 1024),
      slots: givenSlots.map(({ name, attributes, options }) => {
        const relationship = (options.relationship as string | undefined) ?? name;
        const linkAttributes = { ...attributes, 'link.relationship': relationship };
        return { name, attributes, relationship, linkAttributes };
      }),
      slotIndex: new Map(names.map((name, index) => [name, index])),
      lists: names.length > MASK_SLOTS ? undefined : new SlotLists(names),
    };
    return { table, checked };
  } catch (error) {
    const message =
      typeof error === 'string' ? error : '`definition` must be an object with plain properties';
    throw new SpanlinkError('invalid_definition', message, { cause: error });
  }
}

/** An object with properties that are named by the user. */
function record<T extends object>(value: T, option: string): T {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  throw `\`${option}\` must be an object`;
}

/** Some properties of an object, each read once. */
function pick(source: object, names: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(names.map((name) => [name, plain((source as Record<string, unknown>)[name])]));
}

/**
 * A value that has no properties of its own, as every option is one; any other becomes `false`, which none is.
 *
 * Rust must never read a property that throws: the exception would leave its stack where it was.
 */
function plain(value: unknown): unknown {
  return ['object', 'function', 'symbol'].includes(typeof value) ? false : value;
}
