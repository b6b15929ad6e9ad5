import type { Random } from 'millrace';
import type { FleetConfig } from './fleet-config.ts';
import type { FleetNodes } from './fleet-nodes.ts';

const TRIES = 8;

/** Chooses the node of a query. */
export class NodeBalancer {
  readonly #kind: FleetConfig['balancing'];
  readonly #nodes: FleetNodes;
  readonly #random: Random;
  #last = -1;

  constructor(kind: FleetConfig['balancing'], nodes: FleetNodes, random: Random) {
    this.#kind = kind;
    this.#nodes = nodes;
    this.#random = random;
  }

  /** -1 when no node takes queries. */
  choose(): number {
    switch (this.#kind) {
      case 'least-loaded':
        return this.#leastLoaded();
      case 'two-choices': {
        const a = this.#anyNode();
        const b = this.#anyNode();
        if (a === -1 || b === -1) return a === -1 ? b : a;
        return this.#nodes.numInFlight(a) <= this.#nodes.numInFlight(b) ? a : b;
      }
      case 'random':
        return this.#anyNode();
      case 'round-robin':
        return this.#nextNode();
    }
  }

  #leastLoaded(): number {
    let best = -1;
    let least = Number.POSITIVE_INFINITY;
    for (let node = 0; node < this.#nodes.capacity; node++) {
      if (!this.#nodes.takesQueries(node)) continue;
      const load = this.#nodes.numInFlight(node);
      if (load < least) {
        least = load;
        best = node;
        if (load === 0) break;
      }
    }
    return best;
  }

  #anyNode(): number {
    for (let i = 0; i < TRIES; i++) {
      const node = Math.floor(this.#random.next() * this.#nodes.capacity);
      if (this.#nodes.takesQueries(node)) return node;
    }
    return this.#nextNode();
  }

  #nextNode(): number {
    for (let i = 0; i < this.#nodes.capacity; i++) {
      this.#last = (this.#last + 1) % this.#nodes.capacity;
      if (this.#nodes.takesQueries(this.#last)) return this.#last;
    }
    return -1;
  }
}
