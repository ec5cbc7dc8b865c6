import { copyAttributes } from './attributes.js';
import { FanInTable } from './core/core.js';
import type { FanInDefinition } from './definition.js';
import { SpanlinkError } from './errors.js';
import type { Attributes } from './types.js';

/** A definition that was found to make sense, as it was when it was given. */
export interface CheckedDefinition {
  name: string;
  /** The names of an outcome's attributes: made once, for text that is made anew costs a look-up each time. */
  attributeNames: { name: string; triggerCount: string; linkCount: string; waitMs: string };
  maxKeyBytes: number;
  slots: { name: string; relationship: string; attributes: Attributes | undefined }[];
  slotIndex: Map<string, number>;
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
    const checked = {
      name: given.name as string,
      attributeNames: {
        name: `${prefix}.name`,
        triggerCount: `${prefix}.trigger_count`,
        linkCount: `${prefix}.link_count`,
        waitMs: `${prefix}.wait_ms`,
      },
      maxKeyBytes: Number(given.maxKeyBytes ?? 1024),
      slots: givenSlots.map(({ name, attributes, options }) => {
        return { name, attributes, relationship: (options.relationship as string | undefined) ?? name };
      }),
      slotIndex: new Map(givenSlots.map(({ name }, index) => [name, index])),
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
