import { ArrowEncoder } from './arrow-encoder.ts';
import type { ChunkTask, ChunkWorkerData } from './chunk-task.ts';
import { RowBatch } from './column-buffer.ts';
import { encodeRowGroup } from './parquet-encoder.ts';
import { TPCH_TABLES } from './tables.ts';
import { encodeTbl } from './tbl-encoder.ts';
import { TextPool } from './text-pool.ts';

/** The buffers of the table worked on; there is never a second one, so that memory does not add up over tables. */
interface Workspace {
  readonly batch: RowBatch;
  readonly arrow: ArrowEncoder;
}

/** Makes and encodes chunks, one after the other. The same task gives the same bytes wherever and whenever it runs. */
export class ChunkEncoder {
  readonly #data: ChunkWorkerData;
  readonly #pool: TextPool;
  #workspace: Workspace | undefined;
  #table: ChunkTask['table'] | undefined;

  constructor(data: ChunkWorkerData) {
    this.#data = data;
    this.#pool = new TextPool(data.pool);
  }

  encode(task: ChunkTask): Uint8Array<ArrayBuffer> {
    const table = TPCH_TABLES[task.table];
    const { batch, arrow } = this.#workspaceOf(task);
    table.fill(batch, task.position, task.numRows, { scaleFactor: this.#data.scaleFactor, pool: this.#pool });
    if (this.#data.format === 'tbl') return encodeTbl(batch, this.#pool, table.maxTextBytes);
    return encodeRowGroup(arrow.encode(batch, this.#pool), this.#data.compression);
  }

  #workspaceOf({ table, numRows }: ChunkTask): Workspace {
    if (this.#workspace === undefined || this.#table !== table || this.#workspace.batch.capacity < numRows) {
      const { columns } = TPCH_TABLES[table];
      this.#table = table;
      this.#workspace = { batch: new RowBatch(columns, numRows), arrow: new ArrowEncoder(columns) };
    }
    return this.#workspace;
  }
}
