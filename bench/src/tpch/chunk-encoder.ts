import { ArrowEncoder } from './arrow-encoder.ts';
import type { ChunkTask, ChunkWorkerData } from './chunk-task.ts';
import { RowBatch } from './column-buffer.ts';
import { encodeRowGroup } from './parquet-encoder.ts';
import { TPCH_TABLES } from './tables.ts';
import { encodeTbl } from './tbl-encoder.ts';
import { TextPool } from './text-pool.ts';

/** Makes and encodes chunks, one after the other. The same task gives the same bytes wherever and whenever it runs. */
export class ChunkEncoder {
  readonly #data: ChunkWorkerData;
  readonly #pool: TextPool;
  readonly #arrow = new ArrowEncoder();
  /** Of the table worked on; there is never a second one, so that memory does not add up over tables. */
  #batch: RowBatch | undefined;
  #table: ChunkTask['table'] | undefined;

  constructor(data: ChunkWorkerData) {
    this.#data = data;
    this.#pool = new TextPool(data.pool);
  }

  encode(task: ChunkTask): Uint8Array<ArrayBuffer> {
    const { columns, fill, maxTextBytes } = TPCH_TABLES[task.table];
    const { scaleFactor, format, compression } = this.#data;
    const batch = this.#batchFor(task);
    fill(batch, task.position, task.numRows, { scaleFactor, pool: this.#pool });
    if (format === 'tbl') return encodeTbl(batch, this.#pool, maxTextBytes);
    return encodeRowGroup(this.#arrow.encode(columns, batch, this.#pool), compression);
  }

  #batchFor({ table, numRows }: ChunkTask): RowBatch {
    if (this.#batch === undefined || this.#table !== table || this.#batch.capacity < numRows) {
      this.#batch = new RowBatch(TPCH_TABLES[table].columns, numRows);
      this.#table = table;
    }
    return this.#batch;
  }
}
