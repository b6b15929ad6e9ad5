/** Queries under way, as columns: a slot is given back when its query ends, and its stamp tells events of an earlier query from those of a later one. */
export class QuerySlots {
  readonly maxStages: number;
  #capacity: number;
  #free: Int32Array;
  #numFree: number;
  #used: Uint8Array;
  stamp: Int32Array;
  queryClass: Int32Array;
  node: Int32Array;
  attempt: Int32Array;
  /** When the client meant to ask first. */
  intendedMs: Float64Array;
  /** When what it waits for at the moment began. */
  waitingSinceMs: Float64Array;
  waitedMs: Float64Array;
  hasStarted: Uint8Array;
  cpuFactor: Float64Array;
  numReady: Int32Array;
  isListed: Uint8Array;
  next: Int32Array;
  source: Int32Array;
  stagesLeft: Int32Array;
  /** By slot and stage. */
  inputsLeft: Int32Array;
  tasksLeft: Int32Array;
  nextTask: Int32Array;
  readyTasks: Int32Array;

  constructor(maxStages: number, capacity = 1024) {
    this.maxStages = maxStages;
    this.#capacity = capacity;
    this.#free = Int32Array.from({ length: capacity }, (_, i) => capacity - 1 - i);
    this.#numFree = capacity;
    this.#used = new Uint8Array(capacity);
    this.stamp = new Int32Array(capacity);
    this.queryClass = new Int32Array(capacity);
    this.node = new Int32Array(capacity);
    this.attempt = new Int32Array(capacity);
    this.intendedMs = new Float64Array(capacity);
    this.waitingSinceMs = new Float64Array(capacity);
    this.waitedMs = new Float64Array(capacity);
    this.hasStarted = new Uint8Array(capacity);
    this.cpuFactor = new Float64Array(capacity);
    this.numReady = new Int32Array(capacity);
    this.isListed = new Uint8Array(capacity);
    this.next = new Int32Array(capacity);
    this.source = new Int32Array(capacity);
    this.stagesLeft = new Int32Array(capacity);
    this.inputsLeft = new Int32Array(capacity * maxStages);
    this.tasksLeft = new Int32Array(capacity * maxStages);
    this.nextTask = new Int32Array(capacity * maxStages);
    this.readyTasks = new Int32Array(capacity * maxStages);
  }

  isUsed(slot: number): boolean {
    return this.#used[slot] === 1;
  }

  get capacity(): number {
    return this.#capacity;
  }

  take(): number {
    if (this.#numFree === 0) this.#grow();
    const slot = this.#free[--this.#numFree]!;
    this.#used[slot] = 1;
    return slot;
  }

  /** Gives a slot back; events that carry its old stamp mean nothing any more. */
  release(slot: number): void {
    this.stamp[slot]! += 1;
    this.#used[slot] = 0;
    this.#free[this.#numFree++] = slot;
  }

  #grow(): void {
    const old = this.#capacity;
    const capacity = old * 2;
    const grown = <T extends Int32Array | Float64Array | Uint8Array>(array: T): T => {
      const larger = new (array.constructor as new (length: number) => T)((array.length / old) * capacity);
      larger.set(array);
      return larger;
    };
    this.#used = grown(this.#used);
    this.stamp = grown(this.stamp);
    this.queryClass = grown(this.queryClass);
    this.node = grown(this.node);
    this.attempt = grown(this.attempt);
    this.intendedMs = grown(this.intendedMs);
    this.waitingSinceMs = grown(this.waitingSinceMs);
    this.waitedMs = grown(this.waitedMs);
    this.hasStarted = grown(this.hasStarted);
    this.cpuFactor = grown(this.cpuFactor);
    this.numReady = grown(this.numReady);
    this.isListed = grown(this.isListed);
    this.next = grown(this.next);
    this.source = grown(this.source);
    this.stagesLeft = grown(this.stagesLeft);
    this.inputsLeft = grown(this.inputsLeft);
    this.tasksLeft = grown(this.tasksLeft);
    this.nextTask = grown(this.nextTask);
    this.readyTasks = grown(this.readyTasks);
    this.#free = new Int32Array(capacity);
    for (let i = 0; i < old; i++) this.#free[i] = capacity - 1 - i;
    this.#numFree = old;
    this.#capacity = capacity;
  }
}
