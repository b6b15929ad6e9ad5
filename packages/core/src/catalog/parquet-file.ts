import { QueryError } from '../error/index.ts';
import type { RawStatistics } from '../parquet/column-metadata.ts';
import {
  type ColumnBounds,
  castBounds,
  constantBounds,
  type FileColumn,
  type Footer,
  isOrderPreserving,
  statisticsBounds,
  unknownBounds,
} from '../parquet/index.ts';
import type { PageRun, SplitColumn } from '../physical/split.ts';
import type { ObjectMetadata } from '../storage/object-store.ts';
import { type DataType, formatType, type LiteralValue, sameType } from '../types/index.ts';
import type { TableColumn } from './table.ts';

/** A column whose value is the same in all rows of a file: a partition key, the file's name. */
export interface FileConstant {
  readonly type: DataType;
  readonly value: LiteralValue;
}

/** One file of a table. */
export interface ParquetFile {
  readonly object: ObjectMetadata;
  /** By column name; these hide columns of the file. */
  readonly constants: ReadonlyMap<string, FileConstant>;
}

/** A column of a file that is one leaf, and the table's type of it. */
export interface FlatColumn {
  readonly leaf: number;
  readonly column: FileColumn;
  readonly type: DataType;
}

/** A file whose footer was read and found to fit the table. */
export class OpenParquetFile {
  readonly file: ParquetFile;
  readonly footer: Footer;
  readonly #sources: ReadonlyMap<string, { readonly type: DataType; readonly column: FileColumn | undefined }>;

  /**
   * Throws `SCHEMA_MISMATCH` when a column of the table has another type in the file that does not widen to the table's
   * without loss, or is not in the file (unless `allowMissing`: it is null then).
   */
  constructor(
    file: ParquetFile,
    footer: Footer,
    columns: readonly FileColumn[],
    table: readonly TableColumn[],
    allowMissing: boolean,
  ) {
    this.file = file;
    this.footer = footer;
    const byName = new Map(columns.map((column) => [column.name, column]));
    const sources = new Map<string, { type: DataType; column: FileColumn | undefined }>();
    for (const { name, type } of table) {
      if (file.constants.has(name)) continue;
      const column = byName.get(name);
      if (!column && !allowMissing) throw missingColumn(file.object.path, name);
      if (column && !widens(column.type, type)) throw otherType(file.object.path, name, column.type, type);
      sources.set(name, { type, column });
    }
    this.#sources = sources;
  }

  /** What is certain about a column in one row group. */
  bounds(rowGroup: number, name: string): ColumnBounds {
    const { numRows } = this.footer.rowGroups[rowGroup]!;
    const constant = this.file.constants.get(name);
    if (constant) return constantBounds(constant.type, constant.value, numRows);
    const { type, column } = this.#sources.get(name)!;
    if (!column) return constantBounds(type, null, numRows);
    const flat = this.flatColumn(name);
    if (!flat) return unknownBounds(type, numRows);
    return this.boundsOf(flat, this.footer.chunk(rowGroup, flat.leaf).statistics, numRows);
  }

  /** What statistics of some rows of a flat column say. */
  boundsOf({ leaf, column, type }: FlatColumn, statistics: RawStatistics | undefined, numRows: number): ColumnBounds {
    const order = this.footer.columnOrder(leaf);
    const known = statisticsBounds(statistics, column.node.element, column.type, order, numRows);
    const bounds = column.nullable ? known : { ...known, numNulls: 0 };
    return castBounds(bounds, type) ?? { ...unknownBounds(type, numRows), numNulls: bounds.numNulls };
  }

  /** A column that is one leaf of the file; undefined for nested, constant and missing ones. */
  flatColumn(name: string): FlatColumn | undefined {
    const source = this.#sources.get(name);
    if (source?.column?.shape.kind !== 'leaf' || source.column.node.maxRepetitionLevel > 0) return undefined;
    return { leaf: source.column.node.firstLeaf, column: source.column, type: source.type };
  }

  /** Bytes of a column as they are stored in one row group; 0 for constants. */
  storedBytes(rowGroup: number, name: string): number {
    return this.#leavesOf(name).reduce((sum, leaf) => sum + this.footer.chunk(rowGroup, leaf).compressedBytes, 0);
  }

  /** Uncompressed bytes of a column in one row group; 0 for constants. */
  columnBytes(rowGroup: number, name: string): number {
    return this.#leavesOf(name).reduce((sum, leaf) => sum + this.footer.chunk(rowGroup, leaf).uncompressedBytes, 0);
  }

  /**
   * Where a split of a row group gets the values of a column. `runsOf` gives the runs of pages of a flat column that are
   * wanted, where not all are.
   */
  splitColumn(rowGroup: number, name: string, runsOf?: (name: string) => readonly PageRun[] | undefined): SplitColumn {
    const constant = this.file.constants.get(name);
    if (constant) return { kind: 'constant', type: constant.type, value: constant.value };
    const { type, column } = this.#sources.get(name)!;
    if (!column) return { kind: 'constant', type, value: null };
    const { node } = column;
    const runs = runsOf?.(name);
    const leaves = this.#leavesOf(name).map((leaf) => {
      const chunk = this.footer.chunkLeaf(rowGroup, leaf);
      return runs ? { ...chunk, runs } : chunk;
    });
    const schema = this.footer.elements.slice(node.position, node.position + node.numElements);
    return { kind: 'chunk', chunk: { name, type, leaves, schema } };
  }

  #leavesOf(name: string): number[] {
    const node = this.#sources.get(name)?.column?.node;
    return node ? Array.from({ length: node.numLeaves }, (_, i) => node.firstLeaf + i) : [];
  }
}

/** Whether every value of a file's type is one of the table's, as decoders widen it while they read. */
function widens(from: DataType, to: DataType): boolean {
  if (sameType(from, to)) return true;
  const isWider =
    (/^u?int/.test(from.id) && /^u?int/.test(to.id)) ||
    (from.id === 'float32' && to.id === 'float64') ||
    (from.id === 'decimal' && to.id === 'decimal' && from.scale === to.scale);
  return isWider && isOrderPreserving(from, to);
}

/** The narrower of the types that hold every value of both; undefined when there is none. */
export function commonColumnType(a: DataType, b: DataType): DataType | undefined {
  if (widens(a, b)) return b;
  return widens(b, a) ? a : undefined;
}

export function otherType(path: string, column: string, fileType: DataType, tableType: DataType): QueryError {
  return new QueryError(
    'SCHEMA_MISMATCH',
    `Column '${column}' is ${formatType(fileType)} in '${path}' but ${formatType(tableType)} in the files before it.`,
    {
      details: { path, column, fileType: formatType(fileType), tableType: formatType(tableType) },
      hint: 'Query the files apart and cast the column, or use union_by_name when the types only differ in width.',
    },
  );
}

function missingColumn(path: string, column: string): QueryError {
  return new QueryError('SCHEMA_MISMATCH', `Column '${column}' is not in '${path}', but it is in the first file.`, {
    details: { path, column },
    hint: 'Use union_by_name => true to read missing columns as null.',
  });
}
