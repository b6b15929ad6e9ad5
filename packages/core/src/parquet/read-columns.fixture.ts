import type { ColumnChunk, Split } from '../physical/split.ts';
import { MemoryAccount } from '../runtime/index.ts';
import type { DataType, LiteralValue } from '../types/index.ts';
import { Arena, LinearMemory, type Vector, vectorValues } from '../vector/index.ts';
import { decodeNested } from '../vector/nested-encoding.ts';
import {
  type ColumnReaderContext,
  type DecodeStatistics,
  emptyDecodeStatistics,
  type FetchedChunk,
  type RowGroupReader,
} from './column-reader.ts';
import { fileColumns } from './file-columns.ts';
import { nodeCodecs } from './node-codecs.fixture.ts';
import { nodeParquetWasm } from './node-parquet-wasm.fixture.ts';
import { openRowGroup } from './open-row-group.ts';
import { footerOf } from './read-footer.ts';
import { splitRanges } from './split-ranges.ts';

export interface ReadColumnsOptions {
  /** Rows of one `read`, in turn. Default: 2,048. */
  readonly batchRows?: readonly number[];
  /** For each batch in turn, whether it is skipped; its rows are left out of the values. */
  readonly skips?: readonly boolean[];
  readonly limitBytes?: number;
  readonly decoder?: ColumnReaderContext['decoder'];
  readonly verifyChecksums?: boolean;
  readonly binaryAsString?: boolean;
}

export interface ReadColumn {
  readonly name: string;
  readonly type: DataType;
  readonly values: LiteralValue[];
}

/** The splits of a file, one for each row group, with all columns. */
export function splitsOf(file: Uint8Array, path = 'test.parquet', binaryAsString = false): Split[] {
  const footer = footerOf(path, file);
  const columns = fileColumns(footer, { binaryAsString });
  return footer.rowGroups.map(({ numRows, firstRow }, rowGroup) => ({
    format: 'parquet',
    store: 'test',
    path,
    version: '1',
    sizeBytes: file.length,
    rowGroup,
    firstRow,
    numRows,
    columns: columns.map(({ name, type, node }) => {
      const chunk: ColumnChunk = {
        name,
        type,
        leaves: Array.from({ length: node.numLeaves }, (_, i) => footer.chunkLeaf(rowGroup, node.firstLeaf + i)),
        schema: footer.elements.slice(node.position, node.position + node.numElements),
      };
      return { kind: 'chunk', chunk };
    }),
  }));
}

/** One memory for all tests of a file: each reserves gigabytes of addresses. */
const memory = new LinearMemory();

/** Every value of a file, read through column readers; checks that nothing stays allocated, also after an error. */
export function readColumns(
  file: Uint8Array,
  options: ReadColumnsOptions = {},
): { readonly columns: ReadColumn[]; readonly statistics: DecodeStatistics } {
  return readSplits(splitsOf(file, 'test.parquet', options.binaryAsString), file, options);
}

/** As {@link readColumns}, for splits that were planned elsewhere; all are of `file`. */
export function readSplits(
  splits: readonly Split[],
  file: Uint8Array,
  options: ReadColumnsOptions = {},
): { readonly columns: ReadColumn[]; readonly statistics: DecodeStatistics } {
  const account = new MemoryAccount('test', { limitBytes: options.limitBytes ?? 2 ** 30 });
  const arena = new Arena(memory, account);
  const statistics = emptyDecodeStatistics();
  const context: ColumnReaderContext = {
    memory,
    account,
    codecs: nodeCodecs,
    parquetWasm: nodeParquetWasm,
    statistics,
    decoder: options.decoder ?? 'own',
    verifyChecksums: options.verifyChecksums ?? false,
  };
  try {
    return { columns: readAll(splits, file, options, context, arena), statistics };
  } finally {
    arena.close();
    requireFreed(account);
  }
}

function requireFreed(account: MemoryAccount): void {
  if (memory.numBlocks !== 0 || account.usedBytes !== 0) throw new Error(`${memory.numBlocks} blocks were not freed`);
}

function readAll(
  splits: readonly Split[],
  file: Uint8Array,
  options: ReadColumnsOptions,
  context: ColumnReaderContext,
  arena: Arena,
): ReadColumn[] {
  const { batchRows = [2048], skips = [false] } = options;
  const columns: ReadColumn[] = [];
  for (const split of splits) {
    const chunks: FetchedChunk[] = [];
    let rowGroup: RowGroupReader | undefined;
    try {
      for (const range of splitRanges(split)) {
        const address = memory.allocate(range.length, context.account);
        memory.u8.set(file.subarray(range.offset, range.offset + range.length), address);
        chunks.push({ ...range, address });
      }
      rowGroup = openRowGroup(split, chunks, context);
      for (const [i, reader] of rowGroup.columns.entries()) {
        const source = split.columns[i]!;
        const name = source.kind === 'chunk' ? source.chunk.name : '';
        columns[i] ??= { name, type: reader.type, values: [] };
        for (let batch = 0; reader.numRowsLeft > 0; batch++) {
          arena.reset();
          const numRows = Math.min(batchRows[batch % batchRows.length]!, reader.numRowsLeft);
          if (skips[batch % skips.length]) reader.skip(numRows);
          else for (const value of valuesOf(reader.read(numRows, arena))) columns[i].values.push(value);
        }
      }
    } finally {
      rowGroup?.close();
      for (const { address } of chunks) memory.free(address);
    }
  }
  return columns;
}

function valuesOf(vector: Vector): LiteralValue[] {
  if ((vector.type.id !== 'list' && vector.type.id !== 'struct') || vector.encoding !== 'flat') {
    return vectorValues(vector, memory);
  }
  return Array.from({ length: vector.length }, (_, row) => {
    if (vector.validity !== 0 && memory.u8[vector.validity + row] === 0) return null;
    const [start, length] = memory.u32.subarray((vector.data >>> 2) + 2 * row);
    return decodeNested(vector.type, memory.u8.subarray(start!, start! + length!));
  });
}
