import { rowBigInt, rowInteger } from '../engines/row-random.ts';
import { areEqual, type KernelCase } from './kernel-case.ts';

/** Rows of a batch. */
const ROWS = 2_048;
const WIDE_ROWS = 1 << 20;

function gatherCase(name: string, numRows: number, numEntries: number): KernelCase {
  return {
    name: `gather_8, ${name}`,
    unit: 'value',
    numUnits: numRows,
    prepare: async (memory) => {
      const { gather_8: kernel } = await memory.kernels('vector');
      const data = BigInt64Array.from({ length: numEntries }, (_, i) => rowBigInt(1, i));
      const indexes = Uint32Array.from({ length: numRows }, (_, i) => rowInteger(2, i, numEntries));
      const [dataAt, indexesAt, out] = [memory.put(data), memory.put(indexes), memory.block(numRows * 8)];
      const plainOut = new BigInt64Array(numRows);
      const plain = () => {
        for (let i = 0; i < numRows; i++) plainOut[i] = data[indexes[i]!]!;
        return plainOut;
      };
      return {
        run: () => kernel!(out, dataAt, indexesAt, numRows),
        isRight: () => areEqual(memory.i64(out, numRows), plain()),
        plain,
      };
    },
  };
}

const selectByCode: KernelCase = {
  name: 'select_by_code, 3 of 11 entries',
  unit: 'value',
  numUnits: ROWS,
  prepare: async (memory) => {
    const { select_by_code: kernel } = await memory.kernels('vector');
    const codes = Uint32Array.from({ length: ROWS }, (_, i) => rowInteger(3, i, 11));
    const mask = Uint8Array.from({ length: 11 }, (_, code) => (code >= 5 && code <= 7 ? 1 : 0));
    const [codesAt, maskAt, out] = [memory.put(codes), memory.put(mask), memory.block(ROWS * 4)];
    const plainOut = new Uint32Array(ROWS);
    const plain = () => {
      let count = 0;
      for (let i = 0; i < ROWS; i++) {
        plainOut[count] = i;
        count += mask[codes[i]!]!;
      }
      return plainOut.subarray(0, count);
    };
    let count = 0;
    return {
      run: () => {
        count = kernel!(out, 0, codesAt, maskAt, 0, ROWS, 0);
      },
      isRight: () => areEqual(memory.u32(out, count), plain()),
      plain,
    };
  },
};

const multiply: KernelCase = {
  name: 'mul_i64_vv, with test for overflow',
  unit: 'value',
  numUnits: ROWS,
  prepare: async (memory) => {
    const { mul_i64_vv: kernel } = await memory.kernels('expression');
    const a = BigInt64Array.from({ length: ROWS }, (_, i) => BigInt(rowInteger(4, i, 10_500_000)));
    const b = BigInt64Array.from({ length: ROWS }, (_, i) => BigInt(rowInteger(5, i, 100)));
    const [aAt, bAt, out] = [memory.put(a), memory.put(b), memory.block(ROWS * 8)];
    const numbersA = Float64Array.from(a, Number);
    const numbersB = Float64Array.from(b, Number);
    const plainOut = new Float64Array(ROWS);
    return {
      run: () => kernel!(out, aAt, bAt, 0, ROWS),
      isRight: () =>
        areEqual(
          memory.i64(out, ROWS),
          a.map((value, i) => value * b[i]!),
        ),
      // As doubles: what JavaScript would do in place of bigints, exact up to 2^53.
      plain: () => {
        for (let i = 0; i < ROWS; i++) plainOut[i] = numbersA[i]! * numbersB[i]!;
        return plainOut;
      },
    };
  },
};

/** Vectors: gathering, selecting, arithmetic. */
export const VECTOR_CASES: readonly KernelCase[] = [
  gatherCase('50 entries', ROWS, 50),
  gatherCase('a million entries at random', WIDE_ROWS, WIDE_ROWS),
  selectByCode,
  multiply,
];
