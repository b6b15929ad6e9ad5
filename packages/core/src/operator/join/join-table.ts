import type { MemoryAccount } from '../../runtime/index.ts';
import type { Address, Arena, Vector } from '../../vector/index.ts';

/** Rows of the probe batch (by their place in it) and rows of the build side that may match, pair by pair. */
export interface JoinPairs {
  readonly probeRows: Address;
  readonly buildRows: Address;
  readonly numPairs: number;
  /** Whether the probe rows are known to be all rows of the batch, each once and in order. */
  readonly coversProbe: boolean;
}

/** Finds the rows of a build side by key. It never changes once it is built, so any number of probes may use it, of several tasks too. */
export interface JoinTable {
  /** Places for keys: what the table takes, in some unit of its own. */
  readonly numSlots: number;
  /** Whether a probe that is asked for one pair a row gives just that, in the order of the rows. */
  readonly isExact: boolean;
  /** Temporaries that outlive a batch are charged to `account`. */
  openProbe(account: MemoryAccount): JoinProbe;
  close(): void;
}

/** Looks up the rows of one batch after the other. */
export interface JoinProbe {
  /**
   * Starts to look up rows by dense key columns; temporaries go to `arena`, which lives as long as the batch. With `once` a row with a match may
   * come with one pair, not with all.
   */
  start(keys: readonly Vector[], numRows: number, arena: Arena, once: boolean): void;
  /** The next pairs with equal keys, at most `capacity`, in memory of `arena`; undefined when there are no more. */
  next(capacity: number, arena: Arena): JoinPairs | undefined;
  close(): void;
}

/** What a table is built over. */
export interface JoinKeys {
  /** Flat columns, which stay where they are as long as the table is used. */
  readonly columns: readonly Vector[];
  /** Whether nulls match nulls, for each column. */
  readonly nullSafe: readonly boolean[];
  readonly numRows: number;
}
