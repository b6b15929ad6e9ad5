import type { ColumnChunk, ParquetSchemaElement } from '../physical/split.ts';
import type { Address, LinearMemory } from '../vector/index.ts';
import { PHYSICAL, REPETITION } from './parquet-format.ts';
import { THRIFT } from './thrift-reader.ts';
import { ThriftWriter } from './thrift-writer.ts';

const MAGIC = [0x50, 0x41, 0x52, 0x31];

/**
 * A Parquet file with one row group and one field, around column chunks as they were fetched: for a decoder that only
 * takes whole files. `addresses` are where the chunks of the leaves lie.
 *
 * The schema tells physical types and nothing else, so that the decoder hands out what is stored, whatever it thinks of
 * annotations; INT96 is declared as twelve bytes, which is what its pages hold.
 */
export function fieldFile(
  chunk: ColumnChunk,
  numRows: number,
  addresses: readonly Address[],
  memory: LinearMemory,
): Uint8Array<ArrayBuffer> {
  const starts: number[] = [];
  let end = MAGIC.length;
  for (const { compressedBytes } of chunk.leaves) {
    starts.push(end);
    end += compressedBytes;
  }
  const footer = fieldFooter(chunk, numRows, starts);
  const file = new Uint8Array(end + footer.length + 8);
  file.set(MAGIC);
  chunk.leaves.forEach(({ compressedBytes }, i) => {
    file.set(memory.u8.subarray(addresses[i]!, addresses[i]! + compressedBytes), starts[i]!);
  });
  file.set(footer, end);
  new DataView(file.buffer).setUint32(end + footer.length, footer.length, true);
  file.set(MAGIC, end + footer.length + 4);
  return file;
}

function fieldFooter(chunk: ColumnChunk, numRows: number, starts: readonly number[]): Uint8Array {
  const writer = new ThriftWriter();
  const totalBytes = chunk.leaves.reduce((sum, { uncompressedBytes }) => sum + uncompressedBytes, 0);
  const root: ParquetSchemaElement = { name: 'schema', numChildren: 1, repetition: REPETITION.required };
  writer.struct(() => {
    writer.i32Field(1, 1);
    writer.listField(2, THRIFT.struct, [root, ...chunk.schema], (element) => writeElement(writer, element));
    writer.i64Field(3, numRows);
    writer.listField(4, THRIFT.struct, [chunk], () =>
      writer.struct(() => {
        writer.listField(1, THRIFT.struct, chunk.leaves, (leaf) =>
          writer.struct(() => writeLeaf(writer, leaf, starts[chunk.leaves.indexOf(leaf)]!)),
        );
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

function writeLeaf(writer: ThriftWriter, leaf: ColumnChunk['leaves'][number], start: number): void {
  // Chunks are moved as a whole.
  const moved = start - leaf.offset;
  const hasDictionary = leaf.dictionaryPageOffset !== undefined && leaf.dictionaryPageOffset >= leaf.offset;
  writer.i64Field(2, start);
  writer.structField(3, () => {
    writer.i32Field(1, leaf.physicalType === PHYSICAL.int96 ? PHYSICAL.fixedLenByteArray : leaf.physicalType);
    writer.i32ListField(2, leaf.encodings);
    writer.stringListField(3, leaf.path);
    writer.i32Field(4, leaf.codec);
    writer.i64Field(5, leaf.numValues);
    writer.i64Field(6, leaf.uncompressedBytes);
    writer.i64Field(7, leaf.compressedBytes);
    writer.i64Field(9, leaf.dataPageOffset + moved);
    writer.i64Field(11, hasDictionary ? leaf.dictionaryPageOffset! + moved : undefined);
  });
}
