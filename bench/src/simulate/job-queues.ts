/** Queues of small jobs, one for each of many servers, in linked cells that are used again. A job is two whole numbers and a length. */
export class JobQueues {
  readonly #heads: Int32Array;
  readonly #tails: Int32Array;
  #next = new Int32Array(256);
  #kinds = new Int32Array(256);
  #subjects = new Int32Array(256);
  #stamps = new Int32Array(256);
  #lengths = new Float64Array(256);
  #freeHead = -1;
  #numCells = 0;
  /** The job that `take` has taken. */
  kind = 0;
  subject = 0;
  stamp = 0;
  cpuMs = 0;

  constructor(numServers: number) {
    this.#heads = new Int32Array(numServers).fill(-1);
    this.#tails = new Int32Array(numServers).fill(-1);
  }

  add(server: number, kind: number, subject: number, stamp: number, cpuMs: number): void {
    const cell = this.#cell();
    this.#kinds[cell] = kind;
    this.#subjects[cell] = subject;
    this.#stamps[cell] = stamp;
    this.#lengths[cell] = cpuMs;
    this.#next[cell] = -1;
    const tail = this.#tails[server]!;
    if (tail === -1) this.#heads[server] = cell;
    else this.#next[tail] = cell;
    this.#tails[server] = cell;
  }

  /** Takes the oldest job of a server into the fields; answers with false when it has none. */
  take(server: number): boolean {
    const cell = this.#heads[server]!;
    if (cell === -1) return false;
    this.kind = this.#kinds[cell]!;
    this.subject = this.#subjects[cell]!;
    this.stamp = this.#stamps[cell]!;
    this.cpuMs = this.#lengths[cell]!;
    this.#heads[server] = this.#next[cell]!;
    if (this.#heads[server] === -1) this.#tails[server] = -1;
    this.#next[cell] = this.#freeHead;
    this.#freeHead = cell;
    return true;
  }

  #cell(): number {
    if (this.#freeHead !== -1) {
      const cell = this.#freeHead;
      this.#freeHead = this.#next[cell]!;
      return cell;
    }
    if (this.#numCells === this.#next.length) this.#grow();
    return this.#numCells++;
  }

  #grow(): void {
    const length = this.#next.length * 2;
    const grown = <T extends Int32Array | Float64Array>(array: T): T => {
      const larger = new (array.constructor as new (length: number) => T)(length);
      larger.set(array);
      return larger;
    };
    this.#next = grown(this.#next);
    this.#kinds = grown(this.#kinds);
    this.#subjects = grown(this.#subjects);
    this.#stamps = grown(this.#stamps);
    this.#lengths = grown(this.#lengths);
  }
}
