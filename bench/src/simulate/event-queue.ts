/**
 * Events by time: a heap of four children a node in typed arrays, which keeps a node's children in one cache line. An event is three whole
 * numbers; what they mean is the simulator's affair.
 */
export class EventQueue {
  #times = new Float64Array(1024);
  #kinds = new Int32Array(1024);
  #subjects = new Int32Array(1024);
  #stamps = new Int32Array(1024);
  #size = 0;
  /** The event that `pop` has taken. */
  timeMs = 0;
  kind = 0;
  subject = 0;
  stamp = 0;

  get size(): number {
    return this.#size;
  }

  /** The time of the next event; infinite when there is none. */
  get nextMs(): number {
    return this.#size > 0 ? this.#times[0]! : Number.POSITIVE_INFINITY;
  }

  push(timeMs: number, kind: number, subject: number, stamp: number): void {
    if (this.#size === this.#times.length) this.#grow();
    const times = this.#times;
    let i = this.#size++;
    while (i > 0) {
      const parent = (i - 1) >> 2;
      if (times[parent]! <= timeMs) break;
      this.#move(parent, i);
      i = parent;
    }
    this.#set(i, timeMs, kind, subject, stamp);
  }

  /** Takes the first event into the fields; answers with false when there is none. */
  pop(): boolean {
    if (this.#size === 0) return false;
    this.timeMs = this.#times[0]!;
    this.kind = this.#kinds[0]!;
    this.subject = this.#subjects[0]!;
    this.stamp = this.#stamps[0]!;
    const last = --this.#size;
    if (last > 0) this.#sink(last);
    return true;
  }

  /** Puts the entry at `last` where it belongs, from the top. */
  #sink(last: number): void {
    const times = this.#times;
    const timeMs = times[last]!;
    let i = 0;
    for (;;) {
      const first = 4 * i + 1;
      if (first >= last) break;
      let least = first;
      let leastMs = times[first]!;
      const end = first + 4 < last ? first + 4 : last;
      for (let child = first + 1; child < end; child++) {
        const childMs = times[child]!;
        if (childMs < leastMs) {
          least = child;
          leastMs = childMs;
        }
      }
      if (leastMs >= timeMs) break;
      this.#move(least, i);
      i = least;
    }
    if (i !== last) this.#move(last, i);
  }

  #move(from: number, to: number): void {
    this.#times[to] = this.#times[from]!;
    this.#kinds[to] = this.#kinds[from]!;
    this.#subjects[to] = this.#subjects[from]!;
    this.#stamps[to] = this.#stamps[from]!;
  }

  #set(i: number, timeMs: number, kind: number, subject: number, stamp: number): void {
    this.#times[i] = timeMs;
    this.#kinds[i] = kind;
    this.#subjects[i] = subject;
    this.#stamps[i] = stamp;
  }

  #grow(): void {
    const length = this.#times.length * 2;
    this.#times = copyInto(new Float64Array(length), this.#times);
    this.#kinds = copyInto(new Int32Array(length), this.#kinds);
    this.#subjects = copyInto(new Int32Array(length), this.#subjects);
    this.#stamps = copyInto(new Int32Array(length), this.#stamps);
  }
}

function copyInto<T extends Float64Array | Int32Array>(target: T, source: T): T {
  target.set(source);
  return target;
}
