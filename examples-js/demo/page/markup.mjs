// Text into markup, safely. Runs in Node and, as part of the page, in the browser.

const ENTITIES = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

/** Safe between tags and inside quoted attributes. */
function escapeMarkup(value) {
  return String(value).replace(/[&<>"']/g, (character) => ENTITIES[character]);
}

/** What needs no escaping any more. */
export class Markup {
  #text;

  constructor(text) {
    this.#text = text;
  }

  toString() {
    return this.#text;
  }
}

/** A template tag: every value is escaped, unless it is markup already; lists are joined. */
export function markup(strings, ...values) {
  return new Markup(strings.reduce((text, string, index) => text + toText(values[index - 1]) + string));
}

function toText(value) {
  if (Array.isArray(value)) return value.map(toText).join('');
  return value instanceof Markup ? String(value) : escapeMarkup(value);
}
