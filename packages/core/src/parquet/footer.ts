import type { ColumnChunkLeaf, ParquetSchemaElement } from '../physical/split.ts';
import { type ColumnMetadata, readColumnChunk } from './column-metadata.ts';
import { badFooter, unsupportedFile } from './file-error.ts';
import { PageIndexCache } from './page-index-cache.ts';
import { MAGIC_BYTES, PHYSICAL_NAMES, REPETITION, TRAILER_BYTES } from './parquet-format.ts';
import { readSchemaElement } from './schema-element.ts';
import { type SchemaNode, schemaLeaves, schemaTree } from './schema-tree.ts';
import { THRIFT, ThriftReader } from './thrift-reader.ts';

/** Column chunks of a footer that are kept decoded, and roughly what each costs. */
const MAX_KEPT_CHUNKS = 1024;
const BYTES_PER_CHUNK = 600;

/** Which object a footer belongs to. */
export interface FooterObject {
  readonly path: string;
  readonly version: string;
  /** Bytes of the whole object. */
  readonly sizeBytes: number;
}

/** A row group, without its columns. */
export interface RowGroupInfo {
  readonly numRows: number;
  /** Row number in the object of its first row. */
  readonly firstRow: number;
}

/** How a column's statistics are ordered (parquet.thrift `ColumnOrder`): by its type, or in a way not known here. */
export type ColumnOrder = 'type' | 'unknown';

/**
 * The metadata of one Parquet file (parquet.thrift `FileMetaData`).
 *
 * The schema is built at once. Row groups and column chunks are only found, in one pass that skips over everything; a
 * chunk is decoded when it is asked for, so that a query over a few columns of a wide file pays for those.
 */
export class Footer {
  readonly object: FooterObject;
  readonly numRows: number;
  readonly createdBy: string | undefined;
  readonly elements: readonly ParquetSchemaElement[];
  readonly fields: readonly SchemaNode[];
  readonly leaves: readonly SchemaNode[];
  readonly rowGroups: readonly RowGroupInfo[];
  readonly #bytes: Uint8Array;
  /** Where the `ColumnChunk` of leaf `l` of row group `g` begins: entry `g * leaves.length + l`. */
  readonly #chunks = new Map<number, ColumnMetadata>();
  #pageIndexes: PageIndexCache | undefined;
  readonly #chunkPositions: Uint32Array;
  readonly #columnOrders: readonly ColumnOrder[] | undefined;

  /** `bytes` are the thrift bytes of the footer alone; they are kept. Throws `BAD_FOOTER` and `UNSUPPORTED_FILE`. */
  constructor(object: FooterObject, bytes: Uint8Array) {
    this.object = object;
    this.#bytes = bytes;
    const reader = this.#reader(0);
    let elements: ParquetSchemaElement[] | undefined;
    let numRows: number | undefined;
    let rowGroupsAt = -1;
    let columnOrders: ColumnOrder[] | undefined;
    let createdBy: string | undefined;
    const outer = reader.enterStruct();
    while (reader.nextField()) {
      switch (reader.fieldId) {
        case 2: {
          const size = reader.list(THRIFT.struct);
          elements = [];
          for (let i = 0; i < size; i++) elements.push(reader.structElement(() => readSchemaElement(reader)));
          break;
        }
        case 3:
          numRows = reader.count();
          break;
        case 4:
          rowGroupsAt = reader.position;
          reader.skip();
          break;
        case 6:
          createdBy = reader.string();
          break;
        case 7:
          columnOrders = readColumnOrders(reader);
          break;
        case 8:
          throw encrypted(object.path);
        default:
          reader.skip();
      }
    }
    reader.leaveStruct(outer);
    if (!elements || elements.length === 0) throw badFooter(object.path, 'it has no schema');
    if (numRows === undefined || rowGroupsAt < 0) throw badFooter(object.path, 'it does not say which rows it has');

    this.numRows = numRows;
    this.createdBy = createdBy;
    this.elements = elements;
    this.#columnOrders = columnOrders;
    this.fields = this.#readFields(elements);
    this.leaves = schemaLeaves(this.fields);
    const { rowGroups, positions } = this.#findChunks(rowGroupsAt);
    this.rowGroups = rowGroups;
    this.#chunkPositions = positions;
  }

  /** What the page indexes of the file have said. */
  get pageIndexes(): PageIndexCache {
    this.#pageIndexes ??= new PageIndexCache(this.rowGroups.length * this.leaves.length);
    return this.#pageIndexes;
  }

  /** Roughly what keeping this footer costs in memory, with all that it may keep of what was decoded. */
  get memoryBytes(): number {
    const numChunks = this.rowGroups.length * this.leaves.length;
    return (
      this.#bytes.length +
      this.#chunkPositions.byteLength +
      this.rowGroups.length * 48 +
      this.elements.length * 400 +
      Math.min(MAX_KEPT_CHUNKS, numChunks) * BYTES_PER_CHUNK +
      PageIndexCache.maxBytes(numChunks)
    );
  }

  /** The chunk of a leaf in a row group, checked against the schema and the size of the object. Some are kept decoded. */
  chunk(rowGroup: number, leaf: number): ColumnMetadata {
    const key = rowGroup * this.leaves.length + leaf;
    let chunk = this.#chunks.get(key);
    if (!chunk) {
      chunk = this.#decodeChunk(rowGroup, leaf);
      this.#chunks.set(key, chunk);
      const [oldest] = this.#chunks.keys();
      if (this.#chunks.size > MAX_KEPT_CHUNKS) this.#chunks.delete(oldest!);
    }
    return chunk;
  }

  #decodeChunk(rowGroup: number, leaf: number): ColumnMetadata {
    const node = this.leaves[leaf]!;
    const reader = this.#reader(this.#chunkPositions[rowGroup * this.leaves.length + leaf]!);
    const metadata = reader.structElement(() => readColumnChunk(reader));
    const where = `column '${node.path.join('.')}' of row group ${rowGroup}`;
    if (metadata?.isEncrypted) throw encrypted(this.object.path);
    if (!metadata) throw badFooter(this.object.path, `${where} has no metadata`);
    if (metadata.filePath !== undefined) {
      throw unsupportedFile(this.object.path, `${where} is kept in another file, '${metadata.filePath}'`);
    }
    if (metadata.physicalType !== node.element.type) {
      throw badFooter(this.object.path, `${where} is stored in another type than the schema says`);
    }
    const { numRows } = this.rowGroups[rowGroup]!;
    const isFlat = node.maxRepetitionLevel === 0;
    if (isFlat ? metadata.numValues !== numRows : metadata.numValues < numRows) {
      throw badFooter(this.object.path, `${where} has ${metadata.numValues} values for ${numRows} rows`);
    }
    const start = chunkStart(metadata);
    const end = this.object.sizeBytes - TRAILER_BYTES;
    if (start < MAGIC_BYTES || start + metadata.compressedBytes > end || metadata.dataPageOffset > end) {
      throw badFooter(this.object.path, `${where} lies outside the file`);
    }
    return metadata;
  }

  /** What a split says about a chunk. */
  chunkLeaf(rowGroup: number, leaf: number, metadata: ColumnMetadata = this.chunk(rowGroup, leaf)): ColumnChunkLeaf {
    const node = this.leaves[leaf]!;
    return {
      path: node.path,
      physicalType: metadata.physicalType,
      codec: metadata.codec,
      encodings: metadata.encodings,
      numValues: metadata.numValues,
      offset: chunkStart(metadata),
      compressedBytes: metadata.compressedBytes,
      uncompressedBytes: metadata.uncompressedBytes,
      dataPageOffset: metadata.dataPageOffset,
      dictionaryPageOffset: metadata.dictionaryPageOffset,
      maxDefinitionLevel: node.maxDefinitionLevel,
      maxRepetitionLevel: node.maxRepetitionLevel,
      typeLength: node.element.typeLength,
      numNulls: metadata.statistics?.numNulls,
    };
  }

  /** Whether `min_value` and `max_value` of a leaf mean what the file format defines. */
  columnOrder(leaf: number): ColumnOrder {
    return this.#columnOrders?.[leaf] ?? 'type';
  }

  #reader(position: number): ThriftReader {
    const { path } = this.object;
    return new ThriftReader(this.#bytes, position, this.#bytes.length, (reason) =>
      badFooter(path, `in its footer, ${reason}`),
    );
  }

  #readFields(elements: readonly ParquetSchemaElement[]): SchemaNode[] {
    const { path } = this.object;
    for (const { name, type, repetition, typeLength } of elements) {
      if (type !== undefined && type >= PHYSICAL_NAMES.length) {
        throw badFooter(path, `field '${name}' has the physical type ${type}, which does not exist`);
      }
      if (repetition !== undefined && repetition > REPETITION.repeated) {
        throw badFooter(path, `field '${name}' has the repetition ${repetition}, which does not exist`);
      }
      if (type === 7 && !(typeLength! > 0))
        throw badFooter(path, `field '${name}' has a fixed length that is not given`);
    }
    const fields = schemaTree(path, elements, 1);
    if (fields.length !== (elements[0]!.numChildren ?? 0)) {
      throw badFooter(path, `its schema has ${fields.length} fields and announces ${elements[0]!.numChildren ?? 0}`);
    }
    if (fields.length === 0) throw unsupportedFile(path, 'it has no columns');
    return fields;
  }

  #findChunks(rowGroupsAt: number): { rowGroups: RowGroupInfo[]; positions: Uint32Array } {
    const { path } = this.object;
    const reader = this.#reader(rowGroupsAt);
    reader.fieldType = THRIFT.list;
    reader.fieldId = 4;
    const numRowGroups = reader.list(THRIFT.struct);
    const numLeaves = this.leaves.length;
    // Each chunk takes two bytes at least, so a count beyond that is a lie that must not be allocated.
    if (numRowGroups * numLeaves * 2 > this.#bytes.length) {
      throw badFooter(path, `its footer is too small for ${numRowGroups} row groups of ${numLeaves} columns`);
    }
    const positions = new Uint32Array(numRowGroups * numLeaves);
    const rowGroups: RowGroupInfo[] = [];
    let firstRow = 0;
    for (let group = 0; group < numRowGroups; group++) {
      let numRows = -1;
      let numChunks = 0;
      const outer = reader.enterStruct();
      while (reader.nextField()) {
        if (reader.fieldId === 1) {
          numChunks = reader.list(THRIFT.struct);
          if (numChunks !== numLeaves) break;
          for (let leaf = 0; leaf < numLeaves; leaf++) {
            positions[group * numLeaves + leaf] = reader.position;
            reader.skipValue(THRIFT.struct);
          }
        } else if (reader.fieldId === 3) {
          numRows = reader.count();
        } else {
          reader.skip();
        }
      }
      reader.leaveStruct(outer);
      if (numChunks !== numLeaves) {
        throw badFooter(path, `row group ${group} has ${numChunks} columns where the schema has ${numLeaves}`);
      }
      if (numRows < 0) throw badFooter(path, `row group ${group} does not say how many rows it has`);
      rowGroups.push({ numRows, firstRow });
      firstRow += numRows;
    }
    if (firstRow !== this.numRows) {
      throw badFooter(path, `its row groups have ${firstRow} rows where the footer says ${this.numRows}`);
    }
    return { rowGroups, positions };
  }
}

/** First byte of a chunk. Some writers say 0 for "no dictionary page". */
function chunkStart({ dictionaryPageOffset, dataPageOffset }: ColumnMetadata): number {
  if (!dictionaryPageOffset || dictionaryPageOffset >= dataPageOffset) return dataPageOffset;
  return dictionaryPageOffset;
}

function readColumnOrders(reader: ThriftReader): ColumnOrder[] {
  const size = reader.list(THRIFT.struct);
  const orders: ColumnOrder[] = [];
  for (let i = 0; i < size; i++) {
    let order: ColumnOrder = 'unknown';
    reader.structElement(() => {
      while (reader.nextField()) {
        if (reader.fieldId === 1) order = 'type';
        reader.skip();
      }
    });
    orders.push(order);
  }
  return orders;
}

export function encrypted(path: string): Error {
  return unsupportedFile(path, 'it is encrypted', 'Millrace has no keys for Parquet modular encryption.');
}
