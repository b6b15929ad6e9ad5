import { snappyCompress } from 'hyparquet-writer/src/snappy.js';
import { rowInteger, rowRank } from '../engines/row-random.ts';
import { areEqual, type BestKnown, type KernelCase } from './kernel-case.ts';

const PAGE_VALUES = 20_000;
const PAGE_BYTES = 1 << 20;
const STATE_BYTES = 32;

/** Figures of the prototype that the design stands on, on a machine of the same kind. */
const SIMD_UNPACK: BestKnown = { ns: 0.25, source: 'SIMD unpacking in the prototype, 0.2 to 0.3 ns a value' };
const SNAPPY: BestKnown = { ns: 0.91, source: 'snappy in WebAssembly in the prototype, 1.1 GB/s' };

/** Values of `width` bits, packed least significant bit first. */
function pack(values: Uint32Array, width: number): Uint8Array {
  const packed = new Uint8Array(Math.ceil((values.length * width) / 8) + 16);
  let bit = 0;
  for (const value of values) {
    for (let i = 0; i < width; i++, bit++) packed[bit >> 3]! |= ((value >>> i) & 1) << (bit & 7);
  }
  return packed;
}

function unpackCase(width: number): KernelCase {
  return {
    name: `unpack_u32, ${width} bits`,
    unit: 'value',
    numUnits: PAGE_VALUES,
    bestKnown: SIMD_UNPACK,
    prepare: async (memory) => {
      const { unpack_u32: kernel } = await memory.kernels('parquet');
      const values = Uint32Array.from({ length: PAGE_VALUES }, (_, i) => rowInteger(width, i, 2 ** width));
      const bytes = pack(values, width);
      const packed = memory.put(bytes);
      const out = memory.block(PAGE_VALUES * 4);
      const plainOut = new Uint32Array(PAGE_VALUES);
      const mask = 2 ** width - 1;
      return {
        run: () => kernel!(out, packed, 0, PAGE_VALUES, width),
        isRight: () => areEqual(memory.u32(out, PAGE_VALUES), values),
        plain: () => {
          for (let i = 0, bit = 0; i < PAGE_VALUES; i++, bit += width) {
            const at = bit >> 3;
            const word = bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24);
            plainOut[i] = (word >>> (bit & 7)) & mask;
          }
          return plainOut;
        },
      };
    },
  };
}

const hybrid: KernelCase = {
  name: 'hybrid_read_u32, 6 bits, packed and repeated by turns',
  unit: 'value',
  numUnits: PAGE_VALUES,
  prepare: async (memory) => {
    const { hybrid_start: start, hybrid_read_u32: read } = await memory.kernels('parquet');
    const width = 6;
    const values = new Uint32Array(PAGE_VALUES);
    const bytes: number[] = [];
    // Runs of 504 packed values (63 groups of 8) and of 496 repeated ones.
    for (let from = 0; from < PAGE_VALUES; from += 1_000) {
      for (let i = 0; i < 504; i++) values[from + i] = rowInteger(width, from + i, 2 ** width);
      values.fill(from % 61, from + 504, from + 1_000);
      bytes.push((63 << 1) | 1, ...pack(values.subarray(from, from + 504), width).subarray(0, 63 * width));
      bytes.push(((496 << 1) & 0x7f) | 0x80, (496 << 1) >> 7, from % 61);
    }
    const encoded = memory.put(Uint8Array.from(bytes));
    const state = memory.block(STATE_BYTES);
    const out = memory.block(PAGE_VALUES * 4);
    const plainOut = new Uint32Array(PAGE_VALUES);
    return {
      run: () => {
        start!(state, encoded, encoded + bytes.length, width);
        read!(state, out, PAGE_VALUES, 2 ** width);
      },
      isRight: () => areEqual(memory.u32(out, PAGE_VALUES), values),
      plain: () => {
        let at = 0;
        for (let to = 0; to < PAGE_VALUES; ) {
          let header = bytes[at++]!;
          if (header >= 0x80) header = (header & 0x7f) | (bytes[at++]! << 7);
          const count = header & 1 ? (header >> 1) * 8 : header >> 1;
          for (let i = 0, bit = at << 3; i < count; i++, to++, bit += width) {
            const word = bytes[bit >> 3]! | (bytes[(bit >> 3) + 1]! << 8);
            plainOut[to] = header & 1 ? (word >>> (bit & 7)) & 63 : bytes[at]!;
          }
          at += header & 1 ? (header >> 1) * width : 1;
        }
        return plainOut;
      },
    };
  },
};

function snappyCase(name: string, page: () => Uint8Array): KernelCase {
  return {
    name: `snappy_decompress, ${name}`,
    unit: 'byte',
    numUnits: PAGE_BYTES,
    bestKnown: SNAPPY,
    prepare: async (memory) => {
      const { snappy_decompress: kernel } = await memory.kernels('parquet');
      const { snappyUncompress } = await import('hyparquet');
      const bytes = page();
      const compressed = snappyCompress(bytes);
      const source = memory.put(compressed);
      const out = memory.block(PAGE_BYTES);
      const plainOut = new Uint8Array(PAGE_BYTES);
      return {
        run: () => kernel!(source, compressed.length, out, PAGE_BYTES),
        isRight: () => areEqual(memory.u8(out, PAGE_BYTES), bytes),
        plain: () => snappyUncompress(compressed, plainOut),
      };
    },
  };
}

/** Words with spaces between, the common ones often: compresses to about half. */
function textPage(): Uint8Array {
  const words = Array.from({ length: 3_000 }, (_, i) =>
    Math.floor(i * 7_919 + 40_000)
      .toString(36)
      .slice(0, 3 + (i % 6)),
  );
  let text = '';
  for (let i = 0; text.length < PAGE_BYTES; i++) text += `${words[rowRank(1, i, words.length)]} `;
  return Buffer.from(text.slice(0, PAGE_BYTES), 'latin1');
}

/** Prices as int64 in hundredths, as TPC-H's l_extendedprice is: three bytes of eight that cannot be foretold. */
function pricePage(): Uint8Array {
  const prices = BigInt64Array.from({ length: PAGE_BYTES / 8 }, (_, i) =>
    BigInt(90_000 + rowInteger(2, i, 10_400_000)),
  );
  return new Uint8Array(prices.buffer);
}

const byteArrays: KernelCase = {
  name: 'byte_array_refs, 27 bytes each',
  unit: 'value',
  numUnits: PAGE_VALUES,
  prepare: async (memory) => {
    const { byte_array_refs: kernel } = await memory.kernels('parquet');
    const lengths = Uint32Array.from({ length: PAGE_VALUES }, (_, i) => 10 + rowInteger(3, i, 35));
    const bytes = new Uint8Array(lengths.reduce((sum, length) => sum + length + 4, 0));
    const view = new DataView(bytes.buffer);
    const expected = new Uint32Array(PAGE_VALUES * 2);
    const start = memory.put(bytes);
    let at = 0;
    lengths.forEach((length, i) => {
      view.setUint32(at, length, true);
      expected[i * 2] = start + at + 4;
      expected[i * 2 + 1] = length;
      at += 4 + length;
    });
    memory.u8(start, bytes.length).set(bytes);
    const out = memory.block(PAGE_VALUES * 8);
    const plainOut = new Uint32Array(PAGE_VALUES * 2);
    return {
      run: () => kernel!(start, start + bytes.length, out, PAGE_VALUES),
      isRight: () => areEqual(memory.u32(out, PAGE_VALUES * 2), expected),
      plain: () => {
        for (let i = 0, from = 0; i < PAGE_VALUES; i++) {
          const length = view.getUint32(from, true);
          plainOut[i * 2] = from + 4;
          plainOut[i * 2 + 1] = length;
          from += 4 + length;
        }
        return plainOut;
      },
    };
  },
};

/** Decoding of pages. */
export const PARQUET_CASES: readonly KernelCase[] = [
  ...[1, 4, 6, 12, 20].map(unpackCase),
  hybrid,
  snappyCase('text', textPage),
  snappyCase('prices as int64', pricePage),
  byteArrays,
];
