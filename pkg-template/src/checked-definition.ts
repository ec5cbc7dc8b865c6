import { copyAttributes } from './attributes.js';
import { FanInTable } from './core/core.js';
import type { FanInDefinition } from './definition.js';
import { SpanlinkError } from './errors.js';
import type { Attributes } from './types.js';

/** A definition that was found to make sense, as it was when it was given. */
export interface CheckedDefinition {
  name: string;
  prefix: string;
  maxKeyBytes: number;
  slots: { name: string; relationship: string; attributes: Attributes | undefined }[];
  slotIndex: Map<string, number>;
}

/** Makes a table for a definition. Whether that makes sense is for Rust to say. */
export function makeTable(definition: FanInDefinition): { table: FanInTable; checked: CheckedDefinition } {
  try {
    const given = { ...definition };
    const slots = Object.entries(given.slots ?? {}).map(([name, slot]) => [name, { ...slot }] as const);
    const { slots: completeSlots, arrivals: completeArrivals } = countsOf(given.complete);
    const table = new FanInTable({ ...given, completeSlots, completeArrivals, slots });
    const checked = {
      name: given.name,
      prefix: given.attributePrefix ?? 'fan_in',
      maxKeyBytes: given.maxKeyBytes ?? 1024,
      slots: slots.map(([name, slot]) => {
        return { name, relationship: slot.relationship ?? name, attributes: copyAttributes(slot.attributes) };
      }),
      slotIndex: new Map(slots.map(([name], index) => [name, index])),
    };
    return { table, checked };
  } catch (error) {
    const message =
      typeof error === 'string' ? error : '`definition` must be an object with plain properties';
    throw new SpanlinkError('invalid_definition', message, { cause: error });
  }
}

/** The counts of a completion rule, where it has any. */
function countsOf(rule: FanInDefinition['complete']): { slots?: unknown; arrivals?: unknown } {
  return typeof rule === 'object' && rule !== null ? { ...rule } : {};
}
