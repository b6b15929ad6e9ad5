import type { ColumnChunk, ColumnChunkLeaf, ParquetSchemaElement } from '../physical/split.ts';
import type { LinearMemory } from '../vector/index.ts';
import type { ChunkPiece } from './page-opener.ts';
import { PHYSICAL, REPETITION } from './parquet-format.ts';
import { THRIFT } from './thrift-reader.ts';
import { ThriftWriter } from './thrift-writer.ts';

const MAGIC = [0x50, 0x41, 0x52, 0x31];

/** A leaf of the field: its chunk, and the pieces of it that go into the file. */
interface FieldLeaf {
  readonly leaf: ColumnChunkLeaf;
  readonly pieces: readonly ChunkPiece[];
  /** Where in the file they begin, and their bytes. */
  readonly start: number;
  readonly bytes: number;
}

/**
 * A Parquet file with one row group and one field, around column chunks as they were fetched: for a decoder that only
 * takes whole files. `pieces` has the bytes of each leaf; its `numRows` rows are those of the pieces, one behind the other.
 *
 * The schema tells physical types and nothing else, so that the decoder hands out what is stored, whatever it thinks of
 * annotations; INT96 is declared as twelve bytes, which is what its pages hold.
 */
export function fieldFile(
  chunk: ColumnChunk,
  numRows: number,
  pieces: readonly (readonly ChunkPiece[])[],
  memory: LinearMemory,
): Uint8Array<ArrayBuffer> {
  let end = MAGIC.length;
  const leaves: FieldLeaf[] = chunk.leaves.map((leaf, i) => {
    const start = end;
    const bytes = pieces[i]!.reduce((sum, { length }) => sum + length, 0);
    end += bytes;
    return { leaf, pieces: pieces[i]!, start, bytes };
  });
  const footer = fieldFooter(chunk, numRows, leaves);
  const file = new Uint8Array(end + footer.length + 8);
  file.set(MAGIC);
  for (const { pieces: parts, start } of leaves) {
    let at = start;
    for (const { address, length } of parts) {
      file.set(memory.u8.subarray(address, address + length), at);
      at += length;
    }
  }
  file.set(footer, end);
  new DataView(file.buffer).setUint32(end + footer.length, footer.length, true);
  file.set(MAGIC, end + footer.length + 4);
  return file;
}

function fieldFooter(chunk: ColumnChunk, numRows: number, leaves: readonly FieldLeaf[]): Uint8Array {
  const writer = new ThriftWriter();
  const totalBytes = chunk.leaves.reduce((sum, { uncompressedBytes }) => sum + uncompressedBytes, 0);
  const root: ParquetSchemaElement = { name: 'schema', numChildren: 1, repetition: REPETITION.required };
  writer.struct(() => {
    writer.i32Field(1, 1);
    writer.listField(2, THRIFT.struct, [root, ...chunk.schema], (element) => writeElement(writer, element));
    writer.i64Field(3, numRows);
    writer.listField(4, THRIFT.struct, [chunk], () =>
      writer.struct(() => {
        writer.listField(1, THRIFT.struct, leaves, (leaf) => writer.struct(() => writeLeaf(writer, leaf, numRows)));
        writer.i64Field(2, totalBytes);
        writer.i64Field(3, numRows);
      }),
    );
  });
  return writer.bytes();
}

function writeElement(writer: ThriftWriter, element: ParquetSchemaElement): void {
  const isInt96 = element.type === PHYSICAL.int96;
  writer.struct(() => {
    writer.i32Field(1, isInt96 ? PHYSICAL.fixedLenByteArray : element.type);
    writer.i32Field(2, isInt96 ? 12 : element.typeLength);
    writer.i32Field(3, element.repetition ?? REPETITION.required);
    writer.stringField(4, element.name);
    writer.i32Field(5, element.numChildren);
  });
}

function writeLeaf(writer: ThriftWriter, { leaf, start, bytes }: FieldLeaf, numRows: number): void {
  // Chunks are moved as a whole, or without some of the pages behind the dictionary.
  const moved = start - leaf.offset;
  const hasDictionary = leaf.dictionaryPageOffset !== undefined && leaf.dictionaryPageOffset >= leaf.offset;
  writer.i64Field(2, start);
  writer.structField(3, () => {
    writer.i32Field(1, leaf.physicalType === PHYSICAL.int96 ? PHYSICAL.fixedLenByteArray : leaf.physicalType);
    writer.i32ListField(2, leaf.encodings);
    writer.stringListField(3, leaf.path);
    writer.i32Field(4, leaf.codec);
    writer.i64Field(5, leaf.runs ? numRows : leaf.numValues);
    writer.i64Field(6, leaf.uncompressedBytes);
    writer.i64Field(7, bytes);
    writer.i64Field(9, leaf.dataPageOffset + moved);
    writer.i64Field(11, hasDictionary ? leaf.dictionaryPageOffset! + moved : undefined);
  });
}
