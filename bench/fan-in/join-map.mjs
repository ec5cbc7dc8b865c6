// A fan-in of two slots as a good engineer would write it with a Map, for speed: it gives the answers that spanlink
// gives, and knows duplicates, conflicts, redeliveries and late events by the same rules. It knows these two slots and
// one event in each, and no event ids, no attributes of arrivals, no eviction, no validation of the definition. A
// completion id is a concatenation, where spanlink's is a hash.

const PAYMENT = 'payment';
const INVENTORY = 'inventory';
const RELATIONSHIP = { payment: 'payment_confirmation', inventory: 'inventory_reservation' };

/** How many tombstones an offer forgets, so that no offer pays for all of them. */
const OVERDUE_AN_OFFER = 2;

/**
 * All joins, open and closed, in one Map. Every join waits equally long, so the order in which a Map keeps its keys is
 * the order of their deadlines. The same holds for a queue of closed joins.
 *
 * `kept` says what stays of a message's headers: `keep(headers)`, `contextOf(kept)`, `isSameSpan(one, other)`. In a
 * join, `undefined` stands for an event that is missing, `null` for one without a context.
 */
export class JoinMap {
  #joins = new Map();
  #pending = 0;
  /** Closed joins, by the end of their retention, from `#firstClosed` on. */
  #closed = [];
  #firstClosed = 0;
  /** Goes over the joins by deadline; `#next` is where it is. */
  #walk;
  #next;
  #now;
  /** Times are kept from here on: small integers, for which V8 allocates nothing. */
  #start;
  #timeout;
  #retain;
  #maxPending;
  #keep;
  #contextOf;
  #isSameSpan;

  constructor({ timeoutMs, retainMs = timeoutMs, maxPending }, now, { keep, contextOf, isSameSpan }) {
    this.#now = now;
    this.#start = now();
    this.#timeout = timeoutMs;
    this.#retain = retainMs;
    this.#maxPending = maxPending;
    this.#keep = keep;
    this.#contextOf = contextOf;
    this.#isSameSpan = isSameSpan;
  }

  offer(key, slot, message) {
    const now = this.#now() - this.#start;
    if (typeof key !== 'string' || key.length === 0 || key.length > 1024) {
      return { status: 'rejected', reason: 'invalid_key' };
    }
    const isPayment = slot === PAYMENT;
    if (!isPayment && slot !== INVENTORY) return { status: 'rejected', reason: 'unknown_slot' };
    this.#forgetOverdue(now, OVERDUE_AN_OFFER);
    const kept = this.#keep(message.headers);
    const join = this.#find(key, now);
    if (join === undefined) return this.#begin(key, isPayment, kept, now);
    const before = isPayment ? join.payment : join.inventory;
    if (join.closed !== undefined) return this.#afterClose(key, join, slot, before, kept);
    if (before !== undefined) {
      return this.#isSame(before, kept)
        ? { status: 'duplicate', phase: 'pending' }
        : { status: 'conflict', slot };
    }
    if (isPayment) join.payment = kept;
    else join.inventory = kept;
    this.#close(key, join, now, slot);
    return this.#complete(key, join, false);
  }

  offerMany(arrivals) {
    const outcomes = [];
    for (const { key, slot, message } of arrivals) outcomes.push(this.offer(key, slot, message));
    return outcomes;
  }

  settle(key, span) {
    const join = this.#find(key, this.#now() - this.#start);
    if (join?.closed === undefined) return false;
    if (!join.closed.settled) {
      join.closed.settled = true;
      join.closed.settledBy = span;
    }
    return true;
  }

  /** Closes the joins that are due, in the order of their deadlines. */
  expire(at = this.#now()) {
    const now = at - this.#start;
    const expired = [];
    for (let due = this.#firstDue(now); due !== undefined; due = this.#firstDue(now)) {
      const [key, join] = due;
      this.#close(key, join, now, undefined);
      expired.push(this.#expired(key, join));
    }
    this.#forgetOverdue(now, Infinity);
    return expired;
  }

  stats() {
    return { pending: this.#pending, tombstones: this.#closed.length - this.#firstClosed };
  }

  free() {}

  /** The join of a key, unless its retention has ended. */
  #find(key, now) {
    const join = this.#joins.get(key);
    if (join === undefined || join.closed === undefined || join.closed.until > now) return join;
    this.#joins.delete(key);
    join.closed.isGone = true;
    return undefined;
  }

  #begin(key, isPayment, kept, now) {
    if (this.#pending >= this.#maxPending) return { status: 'rejected', reason: 'capacity' };
    this.#pending++;
    if (isPayment) {
      this.#joins.set(key, { payment: kept, inventory: undefined, first: now, closed: undefined });
      return { status: 'pending', arrived: [PAYMENT], missing: [INVENTORY], replaced: false };
    }
    this.#joins.set(key, { payment: undefined, inventory: kept, first: now, closed: undefined });
    return { status: 'pending', arrived: [INVENTORY], missing: [PAYMENT], replaced: false };
  }

  /** `by`: the slot that completes it; `undefined` for a join whose time is over. */
  #close(key, join, now, by) {
    const until = now + this.#retain;
    join.closed = { key, at: now, until, by, settled: false, settledBy: undefined, isGone: false };
    this.#pending--;
    this.#closed.push(join);
  }

  #isSame(one, other) {
    return one === null || other === null ? one === other : this.#isSameSpan(one, other);
  }

  #afterClose(key, join, slot, before, kept) {
    const { by, settled, settledBy } = join.closed;
    const phase = by === undefined ? 'expired' : 'complete';
    if (before !== undefined && this.#isSame(before, kept)) {
      if (by === slot && !settled) return this.#complete(key, join, true);
      return { status: 'duplicate', phase };
    }
    const links = [];
    this.#link(links, slot, kept);
    if (settledBy === undefined) return { status: 'late', after: phase, links };
    links.push({ context: settledBy });
    return { status: 'late', after: phase, settledBy, links };
  }

  #link(links, slot, kept) {
    if (kept === undefined || kept === null) return;
    links.push({
      context: this.#contextOf(kept),
      attributes: { 'link.relationship': RELATIONSHIP[slot] },
    });
  }

  #links({ payment, inventory }) {
    const links = [];
    this.#link(links, PAYMENT, payment);
    this.#link(links, INVENTORY, inventory);
    return links;
  }

  #attributes({ first, closed }, arrivals, links) {
    return {
      'fan_in.name': 'fulfillment',
      'fan_in.trigger_count': arrivals,
      'fan_in.link_count': links.length,
      'fan_in.wait_ms': Math.max(0, closed.at - first),
    };
  }

  #complete(key, join, redelivered) {
    const links = this.#links(join);
    return {
      status: 'complete',
      redelivered,
      completionId: `fulfillment/${key}/${links[0]?.context.spanId}/${links[1]?.context.spanId}`,
      completedBy: join.closed.by,
      links,
      attributes: this.#attributes(join, 2, links),
      arrivals: 2,
      linkless: 2 - links.length,
      linksDropped: 0,
      firstArrival: this.#start + join.first,
      lastArrival: this.#start + join.closed.at,
    };
  }

  /** A join that is not complete has one event. */
  #expired(key, join) {
    const links = this.#links(join);
    const isPayment = join.payment !== undefined;
    return {
      status: 'expired',
      reason: 'timeout',
      key,
      redelivered: false,
      arrived: [isPayment ? PAYMENT : INVENTORY],
      missing: [isPayment ? INVENTORY : PAYMENT],
      links,
      attributes: this.#attributes(join, 1, links),
      arrivals: 1,
      linkless: 1 - links.length,
      linksDropped: 0,
    };
  }

  /** The open join that is due first, and its key, if it is due. */
  #firstDue(now) {
    this.#walk ??= this.#joins.entries();
    this.#next ??= this.#walk.next();
    while (!this.#next.done && this.#next.value[1].closed !== undefined) this.#next = this.#walk.next();
    if (this.#next.done) {
      this.#walk = undefined;
      this.#next = undefined;
      return undefined;
    }
    return this.#next.value[1].first + this.#timeout <= now ? this.#next.value : undefined;
  }

  /** Drops closed joins whose retention has ended, `most` of them. */
  #forgetOverdue(now, most) {
    for (; most > 0 && this.#firstClosed < this.#closed.length; most--) {
      const { key, until, isGone } = this.#closed[this.#firstClosed].closed;
      if (until > now) return;
      // By now its key may be that of another join.
      if (!isGone) this.#joins.delete(key);
      this.#closed[this.#firstClosed++] = undefined;
    }
    if (this.#firstClosed > 1024 && this.#firstClosed * 2 > this.#closed.length) {
      this.#closed = this.#closed.slice(this.#firstClosed);
      this.#firstClosed = 0;
    }
  }
}
