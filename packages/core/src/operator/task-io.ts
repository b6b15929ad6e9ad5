import type { ExchangeBlock } from '../physical/index.ts';
import type { Address } from '../vector/index.ts';
import type { SpillIo } from './spill/spill-io.ts';

/** A read under way. */
export type IoTicket = number;

/** Byte ranges of one object, read back to back to an address. */
export interface ReadRequest {
  readonly store: string;
  readonly path: string;
  /** Every byte is of this version, or the read fails with `ObjectChanged`. */
  readonly version: string;
  readonly ranges: readonly { readonly offset: number; readonly length: number }[];
  /** Where the bytes of the first range go; those of the next follow directly. */
  readonly address: Address;
}

/**
 * How a task asks for bytes. The task computes and never waits: it starts reads, polls them, and when it can do nothing
 * without one says that it is blocked; whoever runs the task decides how to wait.
 *
 * The memory of a read belongs to the reader until `poll` says that it is over, also after `cancel`: freeing it before would let a
 * late byte land in somebody else's block.
 */
export interface TaskIo {
  read(request: ReadRequest): IoTicket;
  /** Copies a block of an exchange to an address. */
  readBlock(block: ExchangeBlock, address: Address): IoTicket;
  /** Whether the read is over. Throws, once, the error it failed with (`ABORTED` after `cancel`). */
  poll(ticket: IoTicket): boolean;
  /** Asks for the read to stop; it is over when `poll` says so. */
  cancel(ticket: IoTicket): void;
  /** Where the task puts what does not fit into memory; undefined where there is no such place. */
  readonly spill?: SpillIo | undefined;
}
