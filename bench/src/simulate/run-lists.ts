import type { FleetConfig } from './fleet-config.ts';
import type { QuerySlots } from './query-slots.ts';

/** A tenant as the scheduler of a node sees it. */
export interface TenantShare {
  readonly weight: number;
  /** 0 is first. */
  readonly priority: number;
}

const NUM_PRIORITIES = 10;

/**
 * The queries of each node that have ready tasks, in the order in which they get the next free worker: one list a node (`fifo`, `fair`), one for
 * each priority, or one for each tenant, whose turns follow its weight (stride scheduling).
 */
export class RunLists {
  readonly #policy: FleetConfig['scheduling'];
  readonly #tenants: readonly TenantShare[];
  readonly #numLists: number;
  readonly #slots: QuerySlots;
  readonly #heads: Int32Array;
  readonly #tails: Int32Array;
  /** Virtual time of each tenant on each node, for `weighted`. */
  readonly #passes: Float64Array;

  constructor(numNodes: number, policy: FleetConfig['scheduling'], tenants: readonly TenantShare[], slots: QuerySlots) {
    this.#policy = policy;
    this.#tenants = tenants;
    this.#slots = slots;
    this.#numLists = policy === 'priority' ? NUM_PRIORITIES : policy === 'weighted' ? tenants.length : 1;
    this.#heads = new Int32Array(numNodes * this.#numLists).fill(-1);
    this.#tails = new Int32Array(numNodes * this.#numLists).fill(-1);
    this.#passes = new Float64Array(numNodes * this.#numLists);
  }

  /** Enters a query that has ready tasks; one that had its turn goes to the end, or stays in front where first come is first served. */
  add(node: number, slot: number, tenant: number, isNew: boolean): void {
    const list = node * this.#numLists + this.#listOf(tenant);
    this.#slots.isListed[slot] = 1;
    const head = this.#heads[list]!;
    if (head === -1) {
      this.#slots.next[slot] = -1;
      this.#heads[list] = slot;
      this.#tails[list] = slot;
      this.#catchUp(node, list);
    } else if (this.#policy === 'fifo' && !isNew) {
      this.#slots.next[slot] = head;
      this.#heads[list] = slot;
    } else {
      this.#slots.next[slot] = -1;
      this.#slots.next[this.#tails[list]!] = slot;
      this.#tails[list] = slot;
    }
  }

  /** Takes the query whose turn it is; -1 when none is ready. */
  take(node: number): number {
    const list = this.#nextList(node);
    if (list === -1) return -1;
    const slot = this.#heads[list]!;
    this.#heads[list] = this.#slots.next[slot]!;
    if (this.#heads[list] === -1) this.#tails[list] = -1;
    this.#slots.isListed[slot] = 0;
    if (this.#policy === 'weighted') this.#passes[list]! += 1 / this.#tenants[list - node * this.#numLists]!.weight;
    return slot;
  }

  /** Takes a query out wherever it stands: it has failed. */
  remove(node: number, slot: number, tenant: number): void {
    const list = node * this.#numLists + this.#listOf(tenant);
    let previous = -1;
    for (let at = this.#heads[list]!; at !== -1; at = this.#slots.next[at]!) {
      if (at === slot) {
        const next = this.#slots.next[at]!;
        if (previous === -1) this.#heads[list] = next;
        else this.#slots.next[previous] = next;
        if (next === -1) this.#tails[list] = previous;
        this.#slots.isListed[slot] = 0;
        return;
      }
      previous = at;
    }
  }

  #listOf(tenant: number): number {
    if (this.#policy === 'weighted') return tenant;
    return this.#policy === 'priority' ? this.#tenants[tenant]!.priority : 0;
  }

  #nextList(node: number): number {
    const first = node * this.#numLists;
    let best = -1;
    for (let list = first; list < first + this.#numLists; list++) {
      if (this.#heads[list] === -1) continue;
      if (this.#policy !== 'weighted') return list;
      if (best === -1 || this.#passes[list]! < this.#passes[best]!) best = list;
    }
    return best;
  }

  /** A tenant that was away does not get back the turns that it did not want. */
  #catchUp(node: number, list: number): void {
    if (this.#policy !== 'weighted') return;
    const first = node * this.#numLists;
    let least = Number.POSITIVE_INFINITY;
    for (let other = first; other < first + this.#numLists; other++) {
      if (other !== list && this.#heads[other] !== -1) least = Math.min(least, this.#passes[other]!);
    }
    if (least < Number.POSITIVE_INFINITY) this.#passes[list] = Math.max(this.#passes[list]!, least);
  }
}
