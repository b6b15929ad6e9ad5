import type { MemoryAccount } from '../../runtime/index.ts';
import type { OperatorContext } from '../operator-context.ts';
import type { SpillIo } from './spill-io.ts';

/** The part of a task's memory that stays free for batches, reads and blocks on their way. */
const HEADROOM_SHARE = 1 / 3;
/** Columns and tables grow by doubling, and are there twice while they do. */
const GROWTH_FACTOR = 1.5;
/** An operator that holds less than this part of a task's memory gains nothing by spilling it. */
const LEAST_SHARE = 1 / 256;
const BLOCK_SHARE = 1 / 512;
const LEAST_BLOCK_BYTES = 1 << 14;
const LARGEST_BLOCK_BYTES = 1 << 20;
/** What reading a file takes beside its blocks. */
const FILE_BYTES = 1 << 16;
/** Rows that land in one partition at so many depths have the same key, and would do so for ever. */
const MAX_DEPTH = 6;
/** To this depth an operator spills for the setting alone. */
const MAX_FORCED_DEPTH = 2;

/**
 * Says when an operator puts its rows out of memory: when what is free of the memory of the process would not be enough for it to
 * grow, or when it holds more than the setting allows. All operators of all workers take from the same memory, so one that holds much
 * makes room while those that hold little go on.
 */
export class SpillPolicy {
  /** Where it spills to; undefined when there is no such place. */
  readonly io: SpillIo | undefined;
  /** About how large a written block is. */
  readonly blockBytes: number;
  readonly #account: MemoryAccount;
  readonly #limitBytes: number;
  readonly #operatorBytes: number;
  readonly #depth: number;

  /** `depth`: how often the rows of the operator were spilled before. */
  constructor({ spec, environment }: OperatorContext, account: MemoryAccount, depth = 0) {
    const { memoryBytes, operatorBytes = Number.POSITIVE_INFINITY } = spec.settings;
    this.io = environment.io.spill;
    this.#account = account;
    this.#limitBytes = memoryBytes;
    this.#operatorBytes = operatorBytes;
    this.#depth = depth;
    this.blockBytes = Math.max(LEAST_BLOCK_BYTES, Math.min(LARGEST_BLOCK_BYTES, Math.floor(memoryBytes * BLOCK_SHARE)));
  }

  /** `extraBytes`: what the operator is going to need at its end, beyond what it holds. */
  mustSpill(extraBytes: number): boolean {
    if (!this.io || this.#depth >= MAX_DEPTH) return false;
    const { usedBytes } = this.#account;
    if (usedBytes > this.#operatorBytes && this.#depth <= MAX_FORCED_DEPTH) return true;
    if (usedBytes < this.#limitBytes * LEAST_SHARE) return false;
    return this.#account.availableBytes < this.#limitBytes * HEADROOM_SHARE + usedBytes * GROWTH_FACTOR + extraBytes;
  }

  /** How many files can be read side by side, each with a block in use and one on its way. */
  get fanIn(): number {
    const bytes = Math.min(this.#account.availableBytes, this.#limitBytes) * HEADROOM_SHARE;
    return Math.max(2, Math.min(64, Math.floor(bytes / (3 * this.blockBytes + FILE_BYTES))));
  }
}
