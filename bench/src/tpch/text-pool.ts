import { MAX_SENTENCE_BYTES, SentenceWriter } from './sentence-writer.ts';
import { ENTRY_LEADS, ENTRY_STATES } from './text-pool-entries.ts';

/** Bytes of the pool that every comment is cut from; the reference generator's 300 MiB. */
export const TEXT_POOL_BYTES = 300 * 1024 * 1024;

const BLOCK_SHIFT = 20;
const BLOCK_BYTES = 1 << BLOCK_SHIFT;
const NUM_BLOCKS = TEXT_POOL_BYTES / BLOCK_BYTES;
/** Copies of eight bytes may read this far behind the pool's end. */
const SLACK_BYTES = 8;

const EMPTY = 0;
const WRITING = 1;
const READY = 2;

/** The memory of a text pool, to be handed to every thread that reads it. */
export interface SharedTextPool {
  readonly text: SharedArrayBuffer;
  /** One state a block. */
  readonly states: SharedArrayBuffer;
}

/** Reserves the memory of a pool. Nothing is written yet, and pages never touched cost nothing. */
export function allocateTextPool(): SharedTextPool {
  return {
    text: new SharedArrayBuffer(TEXT_POOL_BYTES + SLACK_BYTES),
    states: new SharedArrayBuffer(NUM_BLOCKS * Int32Array.BYTES_PER_ELEMENT),
  };
}

/**
 * dbgen's text pool, shared by all threads and made where it is read.
 *
 * A comment is a random cut out of 300 MiB of pseudo text. Blocks of 1 MiB are written when a comment first needs them,
 * by the thread that needs them: threads claim blocks from each other by an atomic exchange, so that the pool is made
 * once, by all of them in parallel. The whole of it takes one core about 0.6 s.
 */
export class TextPool {
  /** The text; only what `prepare` has been called for may be read. */
  readonly view: DataView<SharedArrayBuffer>;
  readonly #bytes: Uint8Array<SharedArrayBuffer>;
  readonly #states: Int32Array<SharedArrayBuffer>;
  /** Blocks that this thread knows to be ready, which saves the atomic read. */
  readonly #known = new Uint8Array(NUM_BLOCKS);
  readonly #scratch = new Uint8Array(BLOCK_BYTES + 2 * MAX_SENTENCE_BYTES);

  constructor(shared: SharedTextPool) {
    this.view = new DataView(shared.text);
    this.#bytes = new Uint8Array(shared.text);
    this.#states = new Int32Array(shared.states);
  }

  /**
   * Makes sure that the text from `offset` on can be read. Blocks the thread while another one is writing it; on a
   * thread that must not block (a browser's main thread) this throws a TypeError, on Node's main thread it works.
   */
  prepare(offset: number, length: number): void {
    const first = offset >>> BLOCK_SHIFT;
    const last = (offset + length - 1) >>> BLOCK_SHIFT;
    if (this.#known[first] === 0) this.#obtain(first);
    if (this.#known[last] === 0) this.#obtain(last);
  }

  #obtain(block: number): void {
    const state = Atomics.compareExchange(this.#states, block, EMPTY, WRITING);
    if (state === EMPTY) {
      this.#write(block);
      Atomics.store(this.#states, block, READY);
      Atomics.notify(this.#states, block);
    } else if (state === WRITING) {
      Atomics.wait(this.#states, block, WRITING);
    }
    this.#known[block] = 1;
  }

  #write(block: number): void {
    const lead = ENTRY_LEADS[block]!;
    new SentenceWriter(ENTRY_STATES[block]!).write(new DataView(this.#scratch.buffer), 0, lead + BLOCK_BYTES);
    this.#bytes.set(this.#scratch.subarray(lead, lead + BLOCK_BYTES), block << BLOCK_SHIFT);
  }
}
