import { LRUCache } from 'lru-cache';
import type { MemoryAccount } from '../../runtime/memory-ledger.ts';
import type { ByteRange, ObjectMetadata } from '../object-store.ts';

export interface RangeCacheSettings {
  /** The most bytes that it holds. */
  readonly maxBytes: number;
  /** It gives way as long as fewer bytes than these are free in its account. */
  readonly keepFreeBytes: number;
}

/** Keys of ranges that were not let in, remembered so that they are the next time. */
const NUM_REMEMBERED = 8192;

/** Bytes of one version of an object. */
interface Segment {
  readonly id: number;
  readonly object: CachedObject;
  readonly offset: number;
  readonly bytes: Uint8Array;
}

interface CachedObject {
  readonly key: string;
  readonly metadata: ObjectMetadata;
  /** By offset; they do not overlap. */
  readonly segments: Segment[];
}

/** What the cache knows of some ranges. */
export interface CacheAnswer {
  /** Bytes that were copied, and from how many parts. */
  readonly bytes: number;
  readonly numParts: number;
  /** What is missing, in order. */
  readonly missing: readonly ByteRange[];
}

/**
 * Byte ranges of objects, by their version, so that a changed object never meets its old bytes. The least recently used go
 * first. When the cache is full, only ranges that were asked for before are let in: one scan of much data does not drive
 * out what is used often.
 *
 * Its bytes are charged to an account. It never makes others fail: it gives way when memory gets scarce.
 */
export class RangeCache {
  readonly #maxBytes: number;
  readonly #keepFreeBytes: number;
  readonly #account: MemoryAccount;
  readonly #objects = new Map<string, CachedObject>();
  readonly #segments: LRUCache<number, Segment>;
  readonly #remembered = new LRUCache<string, true>({ max: NUM_REMEMBERED });
  #nextId = 0;

  constructor(settings: RangeCacheSettings, account: MemoryAccount) {
    this.#maxBytes = settings.maxBytes;
    this.#keepFreeBytes = settings.keepFreeBytes;
    this.#account = account;
    this.#segments = new LRUCache<number, Segment>({
      maxSize: Math.max(1, settings.maxBytes),
      sizeCalculation: ({ bytes }) => bytes.length,
      dispose: (segment) => this.#forget(segment),
    });
  }

  /** Bytes held. */
  get usedBytes(): number {
    return this.#segments.calculatedSize;
  }

  /** Metadata of an object of which anything is held. */
  metadata(key: string): ObjectMetadata | undefined {
    return this.#objects.get(key)?.metadata;
  }

  /** Copies what is held of a range into `target`, which has its length. */
  read(key: string, range: ByteRange, target: Uint8Array): CacheAnswer {
    const end = range.offset + range.length;
    const missing: ByteRange[] = [];
    let bytes = 0;
    let numParts = 0;
    let position = range.offset;
    for (const { id, offset, bytes: held } of this.#objects.get(key)?.segments ?? []) {
      const to = Math.min(end, offset + held.length);
      if (to <= position) continue;
      if (offset >= end) break;
      const from = Math.max(position, offset);
      if (from > position) missing.push({ offset: position, length: from - position });
      target.set(held.subarray(from - offset, to - offset), from - range.offset);
      this.#segments.get(id);
      bytes += to - from;
      numParts += 1;
      position = to;
    }
    if (position < end) missing.push({ offset: position, length: end - position });
    return { bytes, numParts, missing };
  }

  /** Keeps a copy of bytes that start at `offset`, if there is room for them. */
  add(key: string, metadata: ObjectMetadata, offset: number, bytes: Uint8Array): void {
    this.giveWay();
    if (bytes.length === 0 || bytes.length > this.#maxBytes / 2) return;
    const range = { offset, length: bytes.length };
    if (!this.#isLetIn(`${key}\n${offset}`, bytes.length)) return;
    for (const { offset: from, length } of this.#missing(key, range)) {
      this.#keep(key, metadata, from, bytes.subarray(from - offset, from - offset + length));
    }
  }

  /** Drops what was used least recently until enough memory is free for others. */
  giveWay(): void {
    while (this.#segments.size > 0 && this.#account.availableBytes < this.#keepFreeBytes) this.#segments.pop();
  }

  #isLetIn(key: string, bytes: number): boolean {
    if (this.usedBytes + bytes <= this.#maxBytes) return true;
    const isKnown = this.#remembered.has(key);
    this.#remembered.set(key, true);
    return isKnown;
  }

  #missing(key: string, range: ByteRange): ByteRange[] {
    const missing: ByteRange[] = [];
    const end = range.offset + range.length;
    let position = range.offset;
    for (const { offset, bytes } of this.#objects.get(key)?.segments ?? []) {
      if (offset >= end) break;
      if (offset > position) missing.push({ offset: position, length: offset - position });
      position = Math.max(position, offset + bytes.length);
    }
    if (position < end) missing.push({ offset: position, length: end - position });
    return missing;
  }

  #keep(key: string, metadata: ObjectMetadata, offset: number, bytes: Uint8Array): void {
    while (!this.#account.tryReserve(bytes.length)) {
      if (!this.#segments.pop()) return;
    }
    const object = this.#objects.get(key) ?? { key, metadata, segments: [] };
    this.#objects.set(key, object);
    // Into memory of its own, which `slice` does not promise for shared memory.
    const copy = new Uint8Array(bytes.length);
    copy.set(bytes);
    const segment: Segment = { id: this.#nextId++, object, offset, bytes: copy };
    const index = object.segments.findIndex((other) => other.offset > offset);
    object.segments.splice(index < 0 ? object.segments.length : index, 0, segment);
    this.#segments.set(segment.id, segment);
  }

  #forget({ id, object, bytes }: Segment): void {
    this.#account.release(bytes.length);
    object.segments.splice(
      object.segments.findIndex((other) => other.id === id),
      1,
    );
    if (object.segments.length === 0 && this.#objects.get(object.key) === object) this.#objects.delete(object.key);
  }
}
