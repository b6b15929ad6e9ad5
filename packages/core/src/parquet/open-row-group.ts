import { internal } from '../error/index.ts';
import type { ColumnChunk, ColumnChunkLeaf, PageRun, Split } from '../physical/split.ts';
import type { ColumnReader, ColumnReaderContext, FetchedChunk, RowGroupReader } from './column-reader.ts';
import { ConstantColumnReader } from './constant-column-reader.ts';
import { FallbackColumnReader } from './fallback-column-reader.ts';
import { fieldShape } from './field-shape.ts';
import { leafConversion } from './leaf-conversion.ts';
import { OwnColumnReader } from './own-column-reader.ts';
import { canUncompress } from './page-bytes.ts';
import type { ChunkPiece, FlatChunk } from './page-opener.ts';
import { selectedRanges } from './row-ranges.ts';
import { schemaTree } from './schema-tree.ts';

/**
 * Readers for all columns of a split. `chunks` has the bytes of every range that {@link splitRanges} names. Throws
 * `FEATURE_NOT_IMPLEMENTED` for columns that no decoder at hand knows.
 */
export function openRowGroup(
  split: Split,
  chunks: readonly FetchedChunk[],
  context: ColumnReaderContext,
): RowGroupReader {
  const columns: ColumnReader[] = [];
  const close = () => {
    for (const column of columns) column.close();
  };
  try {
    split.columns.forEach((_, column) => {
      columns.push(
        openColumn(
          split,
          column,
          chunks.filter((chunk) => chunk.column === column),
          context,
        ),
      );
    });
  } catch (error) {
    close();
    throw error;
  }
  return { numRows: split.numRows, columns, close };
}

/**
 * A reader for one column of a split; `chunks` are those of its leaves. For scans that fetch some columns later than
 * others.
 */
export function openColumn(
  split: Split,
  column: number,
  chunks: readonly FetchedChunk[],
  context: ColumnReaderContext,
): ColumnReader {
  const source = split.columns[column]!;
  if (source.kind === 'constant') return new ConstantColumnReader(source.type, source.value, split.numRows);
  const { chunk } = source;
  const leaves = chunk.leaves.map((leaf, position) => {
    const fetched = chunks.filter((candidate) => candidate.leaf === position && candidate.column === column);
    return piecesOf(split, chunk, leaf, fetched);
  });
  const shape = fieldShape(split.path, schemaTree(split.path, chunk.schema, 0)[0]!);
  if (context.decoder !== 'parquet-wasm' && shape.kind === 'leaf' && isKnown(chunk, context)) {
    context.statistics.numOwnChunks++;
    return openOwn(split, chunk, leaves[0]!, context);
  }
  context.statistics.numFallbackChunks++;
  return new FallbackColumnReader(split, chunk, leaves, context);
}

/** Whether the project's own decoder knows how a flat field is stored. */
function isKnown({ leaves }: ColumnChunk, context: ColumnReaderContext): boolean {
  const { codec, maxDefinitionLevel, maxRepetitionLevel } = leaves[0]!;
  return maxRepetitionLevel === 0 && maxDefinitionLevel <= 1 && canUncompress(codec, context);
}

function openOwn(
  split: Split,
  chunk: ColumnChunk,
  pieces: readonly ChunkPiece[],
  context: ColumnReaderContext,
): ColumnReader {
  const { path, rowGroup } = split;
  const conversion = leafConversion(path, chunk.name, chunk.schema[0]!, chunk.type);
  const leaf = chunk.leaves[0]!;
  const flat: FlatChunk = { path, rowGroup, column: chunk.name, leaf, conversion, pieces };
  return new OwnColumnReader(flat, selectedRanges(split), context);
}

/** Where the bytes of a leaf are, run by run. */
function piecesOf(
  split: Split,
  chunk: ColumnChunk,
  leaf: ColumnChunkLeaf,
  fetched: readonly FetchedChunk[],
): ChunkPiece[] {
  const numRows = split.selection?.rowGroupRows ?? split.numRows;
  const whole: PageRun = { offset: leaf.offset, bytes: leaf.compressedBytes, firstRow: 0, numRows };
  return (leaf.runs ?? [whole]).map((run) => {
    const bytes = fetched.find(({ offset, length }) => offset === run.offset && length === run.bytes);
    if (!bytes) throw internal(`the bytes of column '${chunk.name}' at ${run.offset} were not fetched`);
    return { address: bytes.address, length: run.bytes, firstRow: run.firstRow, numRows: run.numRows };
  });
}
