import type { MemoryAccount } from '../runtime/index.ts';
import type { DataType } from '../types/index.ts';
import { type Address, Arena, type Batch, denseColumn, type LinearMemory } from '../vector/index.ts';
import { ColumnHasher } from './column-hasher.ts';
import { ColumnStore } from './column-store.ts';
import { encodeExchangeBlock } from './exchange-block.ts';
import { OPERATOR_KERNELS } from './operator-kernels.ts';
import type { OutputBlock, TaskOutput } from './task-output.ts';

/** Rows go to the partition that the hash of their `keys` (places of columns) says. */
export interface HashPartitioning {
  readonly keys: readonly number[];
  readonly numPartitions: number;
}

/** Blocks that are handed on before they are full have at least so many bytes, unless they are the last ones. */
const SHORT_BLOCK_BYTES = 1 << 14;

/**
 * Gathers rows into exchange blocks of about `blockBytes` bytes, by partition; without partitioning all rows are of
 * partition 0. Within a partition rows keep their order. All partitions together hold at most about twice
 * `blockBytes` for each partition; when that is more than half of what is left of the memory, blocks are handed on before they are full.
 */
export class ExchangeOutput implements TaskOutput {
  readonly #types: readonly DataType[];
  readonly #partitioning: HashPartitioning | undefined;
  readonly #blockBytes: number;
  readonly #memory: LinearMemory;
  readonly #account: MemoryAccount;
  readonly #hasher: ColumnHasher;
  readonly #scratch: Arena;
  readonly #stores: (ColumnStore | undefined)[] = [];
  /** Partitions whose rows fill a block. */
  readonly #full: number[] = [];
  /** Memory is short: blocks are made small and their room is given back. */
  #isShort = false;
  #taken: OutputBlock | undefined;

  constructor(
    types: readonly DataType[],
    partitioning: HashPartitioning | undefined,
    blockBytes: number,
    memory: LinearMemory,
    account: MemoryAccount,
  ) {
    this.#types = types;
    this.#partitioning = partitioning;
    this.#blockBytes = blockBytes;
    this.#memory = memory;
    this.#account = account.child('exchange output');
    this.#hasher = new ColumnHasher(memory, this.#account);
    this.#scratch = new Arena(memory, this.#account);
  }

  push(batch: Batch): void {
    this.#freeTaken();
    this.#scratch.reset();
    this.#isShort = this.#account.usedBytes > this.#account.availableBytes / 2;
    if (!this.#partitioning) this.#append(0, batch, batch.selection, batch.numRows);
    else this.#scatter(batch, this.#partitioning);
    if (this.#isShort) this.#handOn(SHORT_BLOCK_BYTES);
  }

  finish(): void {
    this.#handOn(0);
  }

  take(): OutputBlock | undefined {
    this.#freeTaken();
    const partition = this.#full.shift();
    if (partition === undefined) return undefined;
    const store = this.#stores[partition]!;
    const block = encodeExchangeBlock(store.columns(), store.numRows, this.#memory, this.#account);
    // The room of a store is as large as its rows were.
    if (this.#isShort) store.close();
    else store.clear();
    this.#taken = { ...block, partition };
    return this.#taken;
  }

  close(): void {
    this.#freeTaken();
    for (const store of this.#stores) store?.close();
    this.#stores.length = 0;
    this.#full.length = 0;
    this.#hasher.close();
    this.#scratch.close();
  }

  /** The rows of partitions that have so many bytes are the next blocks. */
  #handOn(leastBytes: number): void {
    this.#full.length = 0;
    this.#stores.forEach((store, partition) => {
      if (store && store.numRows > 0 && store.usedBytes >= leastBytes) this.#full.push(partition);
    });
  }

  #scatter(batch: Batch, { keys, numPartitions }: HashPartitioning): void {
    const { numRows } = batch;
    const scratch = this.#scratch;
    const columns = keys.map((key) => denseColumn(batch, key, scratch));
    const hashes = scratch.allocate(numRows * 8);
    this.#hasher.hash(columns, numRows, hashes, scratch);
    const partitions = scratch.allocate(numRows * 4);
    const rows = scratch.allocate(numRows * 4);
    const ends = scratch.allocate(numPartitions * 4);
    const kernels = this.#memory.kernels(OPERATOR_KERNELS);
    kernels.partition_of_hashes(partitions, hashes, numRows, numPartitions);
    kernels.group_by_partition(rows, ends, partitions, batch.selection, numRows, numPartitions);
    let start = 0;
    for (let partition = 0; partition < numPartitions; partition++) {
      const end = this.#memory.u32[ends / 4 + partition]!;
      if (end > start) this.#append(partition, batch, rows + start * 4, end - start);
      start = end;
    }
  }

  #append(partition: number, batch: Batch, selection: Address, numRows: number): void {
    let store = this.#stores[partition];
    if (!store) {
      store = new ColumnStore(this.#memory, this.#account, this.#types);
      this.#stores[partition] = store;
    }
    const wasFull = store.usedBytes >= this.#blockBytes;
    store.append(batch.columns, selection, numRows, this.#scratch);
    if (!wasFull && store.usedBytes >= this.#blockBytes) this.#full.push(partition);
  }

  #freeTaken(): void {
    if (!this.#taken) return;
    this.#memory.free(this.#taken.address);
    this.#taken = undefined;
  }
}
