import fc from 'fast-check';
import { snappyUncompress } from 'hyparquet';
import { beforeAll, describe, expect, it } from 'vitest';
import { MemoryAccount } from '../runtime/index.ts';
import { type Address, type KernelModule, LinearMemory } from '../vector/index.ts';
import { type ParquetKernelName, parquetKernels } from './parquet-kernels.ts';

const OUT_BYTES = 1 << 20;

let memory: LinearMemory;
let kernels: KernelModule<ParquetKernelName>;
let input: Address;
let out: Address;
beforeAll(() => {
  memory = new LinearMemory();
  kernels = parquetKernels(memory);
  const account = new MemoryAccount('test');
  input = memory.allocate(OUT_BYTES, account);
  out = memory.allocate(OUT_BYTES, account);
});

function put(bytes: Uint8Array): void {
  memory.u8.fill(0xa5, input, input + bytes.length + 64);
  memory.u8.set(bytes, input);
}

/** Where two arrays begin to differ, or -1. */
function firstDifference(a: Uint8Array, b: Uint8Array): number {
  if (a.length !== b.length) return Math.min(a.length, b.length);
  return a.findIndex((byte, i) => byte !== b[i]);
}

describe('bit unpacking', () => {
  /** Values of `width` bits, least significant bit first (Encodings.md). */
  function pack(values: readonly number[], width: number): Uint8Array {
    const bytes = new Uint8Array(Math.ceil((values.length * width) / 8));
    values.forEach((value, i) => {
      for (let bit = 0; bit < width; bit++) {
        const at = i * width + bit;
        if (Math.floor(value / 2 ** bit) % 2 === 1) bytes[at >> 3]! |= 1 << (at & 7);
      }
    });
    return bytes;
  }

  it('property: every width, from any value on, any number of them', () => {
    const packed = fc.integer({ min: 0, max: 32 }).chain((width) =>
      fc.record({
        width: fc.constant(width),
        values: fc.array(fc.integer({ min: 0, max: 2 ** width - 1 }), { minLength: 1, maxLength: 90 }),
        from: fc.nat(40),
      }),
    );
    fc.assert(
      fc.property(packed, ({ width, values, from }) => {
        put(pack(values, width));
        const index = Math.min(from, values.length - 1);
        kernels.unpack_u32(out, input, index, values.length - index, width);
        const got = memory.u32.slice(out >>> 2, (out >>> 2) + values.length - index);
        expect([...got]).toEqual(values.slice(index));
      }),
      { numRuns: 1000 },
    );
  });

  it('property: single bits as bytes, and how many are set', () => {
    const bits = fc.array(fc.nat(1), { minLength: 1, maxLength: 100 });
    fc.assert(
      fc.property(bits, fc.nat(60), (values, from) => {
        put(pack(values, 1));
        const index = Math.min(from, values.length - 1);
        const ones = kernels.unpack_bits(out, input, index, values.length - index);
        const expected = values.slice(index);
        expect([...memory.u8.slice(out, out + expected.length)]).toEqual(expected);
        expect(ones).toBe(expected.filter((bit) => bit === 1).length);
      }),
    );
  });
});

describe('snappy', () => {
  interface Piece {
    readonly kind: 'literal' | 'copy';
    readonly length: number;
    readonly distance: number;
    readonly form: number;
  }

  const piece: fc.Arbitrary<Piece> = fc.record({
    kind: fc.constantFrom('literal' as const, 'copy' as const),
    length: fc.oneof(fc.integer({ min: 1, max: 64 }), fc.integer({ min: 1, max: 3000 })),
    distance: fc.oneof(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 1, max: 70_000 })),
    form: fc.integer({ min: 1, max: 3 }),
  });

  /** A stream of tags of all forms (google/snappy, format_description.txt), and what it stands for. */
  function encode(pieces: readonly Piece[]): { stream: Uint8Array; plain: Uint8Array } {
    const tags: number[] = [];
    const plain: number[] = [];
    for (const { kind, length, distance, form } of pieces) {
      if (kind === 'literal' || plain.length === 0) {
        const extra = length > 256 ? 2 : length > 60 ? 1 : 0;
        tags.push((extra === 0 ? length - 1 : 59 + extra) << 2);
        for (let i = 0; i < extra; i++) tags.push(((length - 1) >> (8 * i)) & 255);
        for (let i = 0; i < length; i++) {
          const byte = (plain.length * 31 + i * length) & 255;
          tags.push(byte);
          plain.push(byte);
        }
        continue;
      }
      const back = Math.min(distance, plain.length);
      let count = 1 + ((length - 1) % 64);
      if (form === 1 && back < 2048) {
        count = 4 + (count % 8);
        tags.push(1 | ((count - 4) << 2) | ((back >> 8) << 5), back & 255);
      } else if (form < 3 && back < 65_536) {
        tags.push(2 | ((count - 1) << 2), back & 255, back >> 8);
      } else {
        tags.push(3 | ((count - 1) << 2), back & 255, (back >> 8) & 255, back >> 16, 0);
      }
      for (let i = 0; i < count; i++) plain.push(plain[plain.length - back]!);
    }
    const header: number[] = [];
    for (let left = plain.length; ; left >>>= 7) {
      header.push(left < 128 ? left : (left & 127) | 128);
      if (left < 128) break;
    }
    return { stream: Uint8Array.from([...header, ...tags]), plain: Uint8Array.from(plain) };
  }

  it('property: streams of all forms, as hyparquet reads them', () => {
    fc.assert(
      fc.property(fc.array(piece, { minLength: 1, maxLength: 80 }), (pieces) => {
        const { stream, plain } = encode(pieces);
        const peer = new Uint8Array(plain.length);
        snappyUncompress(stream, peer);
        expect(firstDifference(peer, plain)).toBe(-1);
        put(stream);
        memory.u8.fill(0x77, out, out + plain.length + 64);
        expect(kernels.snappy_decompress(input, stream.length, out, plain.length)).toBe(0);
        expect(firstDifference(memory.u8.slice(out, out + plain.length), plain)).toBe(-1);
        // No further than the slack that every block has.
        expect(memory.u8[out + plain.length + 16]).toBe(0x77);
      }),
      { numRuns: 500 },
    );
  });

  it('property: cut or lengthened streams, and wrong sizes, are corrupt', () => {
    fc.assert(
      fc.property(fc.array(piece, { minLength: 1, maxLength: 20 }), fc.nat(1000), (pieces, cut) => {
        const { stream, plain } = encode(pieces);
        const length = Math.min(cut, stream.length - 1);
        put(stream);
        expect(kernels.snappy_decompress(input, length, out, plain.length)).not.toBe(0);
        expect(kernels.snappy_decompress(input, stream.length, out, plain.length + 1)).not.toBe(0);
        expect(kernels.snappy_decompress(input, stream.length + 1, out, plain.length)).not.toBe(0);
      }),
      { numRuns: 300 },
    );
  });

  it('finds the data of a page that is one literal where it lies', () => {
    const { stream, plain } = encode([{ kind: 'literal', length: 300, distance: 1, form: 1 }]);
    put(stream);
    const address = kernels.snappy_literal(input, stream.length, plain.length);
    expect(memory.u8.slice(address, address + plain.length)).toEqual(plain);
    expect(kernels.snappy_literal(input, stream.length, plain.length - 1)).toBe(0);
  });
});

describe('lz4', () => {
  interface Sequence {
    readonly literal: number;
    readonly match: number;
    readonly distance: number;
  }

  /** A block (lz4/lz4, lz4_Block_format.md) and what it stands for. */
  function encode(sequences: readonly Sequence[]): { block: Uint8Array; plain: Uint8Array } {
    const block: number[] = [];
    const plain: number[] = [];
    const more = (length: number) => {
      for (let left = length - 15; ; left -= 255) {
        block.push(Math.min(left, 255));
        if (left < 255) return;
      }
    };
    sequences.forEach(({ literal, match, distance }, i) => {
      const isLast = i === sequences.length - 1;
      const length = Math.max(literal, plain.length === 0 || isLast ? 1 : 0);
      const extra = isLast ? 0 : match - 4;
      block.push((Math.min(length, 15) << 4) | Math.min(extra, 15));
      if (length >= 15) more(length);
      for (let k = 0; k < length; k++) {
        const byte = (plain.length * 17 + k) & 255;
        block.push(byte);
        plain.push(byte);
      }
      if (isLast) return;
      const back = Math.min(distance, plain.length);
      block.push(back & 255, back >> 8);
      if (extra >= 15) more(extra);
      for (let k = 0; k < match; k++) plain.push(plain[plain.length - back]!);
    });
    return { block: Uint8Array.from(block), plain: Uint8Array.from(plain) };
  }

  const sequence = fc.record({
    literal: fc.oneof(fc.nat(20), fc.nat(800)),
    match: fc.oneof(fc.integer({ min: 4, max: 30 }), fc.integer({ min: 4, max: 900 })),
    distance: fc.oneof(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 1, max: 60_000 })),
  });

  it('property: blocks of all lengths and distances; cut ones are corrupt', () => {
    fc.assert(
      fc.property(fc.array(sequence, { minLength: 1, maxLength: 40 }), fc.nat(2000), (sequences, cut) => {
        const { block, plain } = encode(sequences);
        put(block);
        expect(kernels.lz4_decompress(input, block.length, out, plain.length)).toBe(0);
        expect(firstDifference(memory.u8.slice(out, out + plain.length), plain)).toBe(-1);
        expect(kernels.lz4_decompress(input, block.length, out, plain.length + 1)).not.toBe(0);
        const length = Math.min(cut, block.length - 1);
        expect(kernels.lz4_decompress(input, length, out, plain.length)).not.toBe(0);
      }),
      { numRuns: 300 },
    );
  });
});
