import { mkdtempSync, rmSync } from 'node:fs';
import { type FileHandle, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ResultBatch, type ResultColumn } from 'millrace';
import { ProblemError } from '../query-problem.ts';

/** A part is closed when it has this many bytes. */
const PART_BYTES = 4 * 2 ** 20;
/** A result of no more than this stays in memory, up to {@link MAX_MEMORY_BYTES} for all together. */
const SMALL_RESULT_BYTES = 256 * 1024;
const MAX_MEMORY_BYTES = 64 * 2 ** 20;

interface StoredBatch {
  readonly numRows: number;
  readonly bytes: number;
  /** In the file of the result; undefined while the batch is in memory. */
  offset: number | undefined;
  buffer: ArrayBuffer | undefined;
}

/** Results that can be fetched later, in memory while they are small and in a directory of their own otherwise. */
export class ResultStore {
  readonly #directory: string;
  readonly #maxBytes: number;
  #numBytes = 0;
  #memoryBytes = 0;
  #numResults = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
    this.#directory = mkdtempSync(join(tmpdir(), 'millrace-results-'));
  }

  get numBytes(): number {
    return this.#numBytes;
  }

  create(): StoredResult {
    this.#numResults += 1;
    return new StoredResult(join(this.#directory, String(this.#numResults)), this);
  }

  /** Throws 503 when there is no room: that of others comes free with time. */
  charge(bytes: number): void {
    if (this.#numBytes + bytes > this.#maxBytes) {
      throw new ProblemError(503, 'RESULT_STORE_FULL', 'The server keeps as many results as it may.', {
        retryAfter: 30,
        hint: 'Ask for the result in the same request, without Prefer and Idempotency-Key: then nothing is kept.',
      });
    }
    this.#numBytes += bytes;
  }

  discharge(bytes: number): void {
    this.#numBytes -= bytes;
  }

  chargeMemory(bytes: number): boolean {
    if (bytes > 0 && this.#memoryBytes + bytes > MAX_MEMORY_BYTES) return false;
    this.#memoryBytes += bytes;
    return true;
  }

  close(): void {
    rmSync(this.#directory, { recursive: true, force: true });
  }
}

/** One result, cut into parts that never change. Whoever reads ahead of the writer waits. */
export class StoredResult {
  readonly #path: string;
  readonly #store: ResultStore;
  readonly #parts: StoredBatch[][] = [];
  #open: StoredBatch[] = [];
  #openBytes = 0;
  #numBytes = 0;
  #fileBytes = 0;
  #memoryBytes = 0;
  #file: Promise<FileHandle> | undefined;
  #columns: readonly ResultColumn[] = [];
  #end: { readonly error?: unknown } | undefined;
  #changed = Promise.withResolvers<void>();
  #isDeleted = false;
  #wasRead = false;

  constructor(path: string, store: ResultStore) {
    this.#path = path;
    this.#store = store;
  }

  /** Known from the first part on. */
  get columns(): readonly ResultColumn[] {
    return this.#columns;
  }

  get numParts(): number {
    return this.#parts.length;
  }

  get isDeleted(): boolean {
    return this.#isDeleted;
  }

  /** Whether the result is whole. */
  get isComplete(): boolean {
    return this.#end !== undefined && !('error' in this.#end);
  }

  /** Whether somebody has read the last part. */
  get wasRead(): boolean {
    return this.#wasRead;
  }

  begin(columns: readonly ResultColumn[]): void {
    this.#columns = columns;
  }

  async append(batch: ResultBatch): Promise<void> {
    const bytes = batch.buffer.byteLength;
    this.#store.charge(bytes);
    this.#numBytes += bytes;
    const stored: StoredBatch = { numRows: batch.numRows, bytes, offset: undefined, buffer: batch.buffer };
    if (!this.#file && this.#numBytes <= SMALL_RESULT_BYTES && this.#store.chargeMemory(bytes))
      this.#memoryBytes += bytes;
    else await this.#write(stored);
    this.#open.push(stored);
    this.#openBytes += bytes;
    // The first rows are a part of their own: somebody may be waiting for them.
    if (this.#parts.length === 0 || this.#openBytes >= PART_BYTES) this.#closePart();
  }

  /** No rows will follow. */
  finish(): void {
    if (this.#open.length > 0 || this.#parts.length === 0) this.#closePart();
    this.#end = {};
    this.#wake();
  }

  fail(error: unknown): void {
    this.#end = { error };
    this.#wake();
  }

  /** Resolves when a part is there, or the result is over without it. */
  async waitForPart(index: number, signal: AbortSignal): Promise<void> {
    const aborted = Promise.withResolvers<never>();
    aborted.promise.catch(() => {});
    const onAbort = () => aborted.reject(signal.reason);
    if (signal.aborted) onAbort();
    signal.addEventListener('abort', onAbort, { once: true });
    try {
      while (this.#parts.length <= index && !this.#end) await Promise.race([this.#changed.promise, aborted.promise]);
    } finally {
      signal.removeEventListener('abort', onAbort);
    }
  }

  /** The batches of a part that is there. */
  async *part(index: number): AsyncGenerator<ResultBatch, void, undefined> {
    for (const batch of this.#parts[index] ?? []) {
      if (this.#isDeleted) throw gone();
      yield new ResultBatch(this.#columns, batch.numRows, batch.buffer ?? (await this.#read(batch)));
    }
    if (this.isComplete && index === this.#parts.length - 1) this.#wasRead = true;
  }

  /** The whole result from a part on; follows the writer, and fails when it does. */
  async *follow(from: number, signal: AbortSignal): AsyncGenerator<ResultBatch, void, undefined> {
    for (let index = from; ; index++) {
      await this.waitForPart(index, signal);
      if (index < this.#parts.length) yield* this.part(index);
      else if (this.#end && 'error' in this.#end) throw this.#end.error;
      else return;
    }
  }

  async delete(): Promise<void> {
    if (this.#isDeleted) return;
    this.#isDeleted = true;
    this.#store.discharge(this.#numBytes);
    this.#store.chargeMemory(-this.#memoryBytes);
    this.#parts.length = 0;
    this.#open = [];
    const file = await this.#file?.catch(() => undefined);
    await file?.close();
    await rm(this.#path, { force: true });
  }

  #closePart(): void {
    this.#parts.push(this.#open);
    this.#open = [];
    this.#openBytes = 0;
    this.#wake();
  }

  async #write(batch: StoredBatch): Promise<void> {
    this.#file ??= open(this.#path, 'wx+', 0o600);
    const file = await this.#file;
    const offset = this.#fileBytes;
    this.#fileBytes += batch.bytes;
    await file.write(new Uint8Array(batch.buffer!), 0, batch.bytes, offset);
    batch.offset = offset;
    batch.buffer = undefined;
  }

  async #read({ offset, bytes }: StoredBatch): Promise<ArrayBuffer> {
    const file = await this.#file!;
    const target = new Uint8Array(bytes);
    const { bytesRead } = await file.read(target, 0, bytes, offset!);
    if (bytesRead !== bytes) throw new Error(`A kept result is damaged: ${bytesRead} of ${bytes} bytes were there.`);
    return target.buffer;
  }

  #wake(): void {
    this.#changed.resolve();
    this.#changed = Promise.withResolvers<void>();
  }
}

export function gone(): ProblemError {
  return new ProblemError(410, 'RESULT_GONE', 'The result is not kept any more.', { hint: 'Run the query again.' });
}
