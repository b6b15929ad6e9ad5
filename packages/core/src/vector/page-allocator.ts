/**
 * Which parts of linear memory are free. Blocks below 32 KiB come from size classes (powers of two and the midpoints
 * between them) that are carved out of slabs; larger ones are runs of 4 KiB pages, first fit by size bin, joined with free
 * neighbours when they come back.
 */
export class PageAllocator {
  static readonly #pageBytes = 4096;
  static readonly #slabBytes = 1 << 18;
  static readonly #largestSmall = 1 << 15;

  readonly #grow: (neededEnd: number) => number;
  #top: number;
  #end: number;
  readonly #smallFree = new Map<number, number[]>();
  readonly #runByStart = new Map<number, number>();
  readonly #runByEnd = new Map<number, number>();
  readonly #bins: Set<number>[] = Array.from({ length: 33 }, () => new Set<number>());

  /** `grow(neededEnd)` enlarges the memory and answers with its new end, or throws. */
  constructor(start: number, end: number, grow: (neededEnd: number) => number) {
    this.#top = start;
    this.#end = end;
    this.#grow = grow;
  }

  /** The bytes that a block for `bytes` really takes. */
  static blockBytes(bytes: number): number {
    if (bytes > PageAllocator.#largestSmall) {
      return Math.ceil(bytes / PageAllocator.#pageBytes) * PageAllocator.#pageBytes;
    }
    if (bytes <= 128) return 128;
    const power = 1 << (32 - Math.clz32(bytes - 1));
    const midpoint = power - (power >> 2);
    return bytes <= midpoint ? midpoint : power;
  }

  /** `bytes` must come from {@link blockBytes}. */
  allocate(bytes: number): number {
    if (bytes > PageAllocator.#largestSmall) return this.#allocateRun(bytes);
    let free = this.#smallFree.get(bytes);
    if (!free) {
      free = [];
      this.#smallFree.set(bytes, free);
    }
    const address = free.pop();
    if (address !== undefined) return address;
    const slab = this.#allocateRun(PageAllocator.#slabBytes);
    const last = slab + PageAllocator.#slabBytes - bytes;
    for (let block = slab + bytes; block <= last; block += bytes) free.push(block);
    return slab;
  }

  free(address: number, bytes: number): void {
    if (bytes <= PageAllocator.#largestSmall) {
      this.#smallFree.get(bytes)!.push(address);
      return;
    }
    let start = address;
    let end = address + bytes;
    const before = this.#runByEnd.get(start);
    if (before !== undefined) {
      this.#removeRun(before, start);
      start = before;
    }
    const afterEnd = this.#runByStart.get(end);
    if (afterEnd !== undefined) {
      this.#removeRun(end, afterEnd);
      end = afterEnd;
    }
    if (end === this.#top) this.#top = start;
    else this.#addRun(start, end);
  }

  #allocateRun(bytes: number): number {
    for (let bin = binOf(bytes); bin < this.#bins.length; bin++) {
      for (const start of this.#bins[bin]!) {
        const end = this.#runByStart.get(start)!;
        if (end - start < bytes) continue;
        this.#removeRun(start, end);
        if (end - start > bytes) this.#addRun(start + bytes, end);
        return start;
      }
    }
    const address = this.#top;
    if (address + bytes > this.#end) this.#end = this.#grow(address + bytes);
    this.#top = address + bytes;
    return address;
  }

  #addRun(start: number, end: number): void {
    this.#runByStart.set(start, end);
    this.#runByEnd.set(end, start);
    this.#bins[binOf(end - start)]!.add(start);
  }

  #removeRun(start: number, end: number): void {
    this.#runByStart.delete(start);
    this.#runByEnd.delete(end);
    this.#bins[binOf(end - start)]!.delete(start);
  }
}

function binOf(bytes: number): number {
  return 31 - Math.clz32(bytes);
}
