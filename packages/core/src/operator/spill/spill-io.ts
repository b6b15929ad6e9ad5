import type { Address } from '../../vector/index.ts';
import type { IoTicket } from '../task-io.ts';

/** A file of spilled bytes, by its number in the task that made it. Nobody else reads it. */
export type SpillFile = number;

/**
 * How a task puts bytes out of memory and gets them back. It says which bytes go where; whoever runs the task moves them, to a directory or
 * an object store, and removes what is left when the task is over, however it ends.
 *
 * Each byte of a file is written once, and only read when its write is over. Tickets are polled as those of reads: the memory belongs
 * to the write or the read until `poll` says that it is over, and errors come from there (`DISK_FULL`, `SPILL_LIMIT` and those
 * of the store).
 */
export interface SpillIo {
  /** A new file, empty. Costs nothing before the first write. */
  create(): SpillFile;
  /** Throws `SPILL_LIMIT` when the query may not write so much. */
  write(file: SpillFile, offset: number, address: Address, bytes: number): IoTicket;
  read(file: SpillFile, offset: number, address: Address, bytes: number): IoTicket;
  /** The file is not needed any more; nothing of it is being written or read. */
  remove(file: SpillFile): void;
}
