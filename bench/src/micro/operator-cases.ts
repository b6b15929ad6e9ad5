import { rowBigInt, rowInteger } from '../engines/row-random.ts';
import { areEqual, type KernelCase } from './kernel-case.ts';

const ROWS = 2_048;
const GROUPS = 4;
const SLOT_BYTES = 8;

const sumLanes: KernelCase = {
  name: `sum_lanes_i64, ${GROUPS} groups`,
  unit: 'value',
  numUnits: ROWS,
  prepare: async (memory) => {
    const { sum_lanes_i64: kernel } = await memory.kernels('operator');
    const groups = Uint32Array.from({ length: ROWS }, (_, i) => rowInteger(1, i, GROUPS));
    const values = BigInt64Array.from({ length: ROWS }, (_, i) => BigInt(rowInteger(2, i, 5_000)));
    const [groupsAt, valuesAt, lanes] = [memory.put(groups), memory.put(values), memory.block(GROUPS * 4 * 8)];
    const numbers = Float64Array.from(values, Number);
    const plainSums = new Float64Array(GROUPS);
    return {
      run: () => {
        memory.i64(lanes, GROUPS * 4).fill(0n);
        kernel!(lanes, GROUPS, groupsAt, 0, valuesAt, 0, ROWS);
      },
      isRight: () => {
        const expected = new BigInt64Array(GROUPS);
        values.forEach((value, i) => {
          expected[groups[i]!]! += value;
        });
        const all = memory.i64(lanes, GROUPS * 4);
        const sums = expected.map((_, group) =>
          all.reduce((sum, lane, i) => (i % GROUPS === group ? sum + lane : sum), 0n),
        );
        return areEqual(sums, expected);
      },
      plain: () => {
        plainSums.fill(0);
        for (let i = 0; i < ROWS; i++) plainSums[groups[i]!]! += numbers[i]!;
        return plainSums;
      },
    };
  },
};

const hash: KernelCase = {
  name: 'hash_i64',
  unit: 'value',
  numUnits: ROWS,
  prepare: async (memory) => {
    const { hash_i64: kernel } = await memory.kernels('operator');
    const values = BigInt64Array.from({ length: ROWS }, (_, i) => rowBigInt(3, i));
    const [valuesAt, out] = [memory.put(values), memory.block(ROWS * 8)];
    const words = new Uint32Array(values.buffer);
    const plainOut = new Uint32Array(ROWS);
    return {
      run: () => kernel!(out, valuesAt, 0, ROWS, 0),
      isRight: () => areEqual(memory.i64(out, ROWS), values.map(finish)),
      // Half of the bits: the best that JavaScript's integers allow.
      plain: () => {
        for (let i = 0; i < ROWS; i++) {
          let h = words[i * 2]! ^ Math.imul(words[i * 2 + 1]!, 0x9e3779b1);
          h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
          h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
          plainOut[i] = h ^ (h >>> 16);
        }
        return plainOut;
      },
    };
  },
};

/** MurmurHash3's 64-bit finalizer. */
function finish(value: bigint): bigint {
  let h = BigInt.asUintN(64, value);
  h ^= h >> 33n;
  h = BigInt.asUintN(64, h * 0xff51afd7ed558ccdn);
  h ^= h >> 33n;
  h = BigInt.asUintN(64, h * 0xc4ceb9fe1a85ec53n);
  return BigInt.asIntN(64, h ^ (h >> 33n));
}

function groupCase(numKeys: number, numRows: number): KernelCase {
  return {
    name: `assign_groups_i64, ${numKeys.toLocaleString('en-US')} keys`,
    unit: 'value',
    numUnits: numRows,
    prepare: async (memory) => {
      const { assign_groups_i64: kernel } = await memory.kernels('operator');
      // Typed arrays over shared memory are filled a byte at a time.
      const { fill_bytes: fill } = await memory.kernels('vector');
      const values = BigInt64Array.from({ length: numRows }, (_, i) => BigInt(rowInteger(4, i, numKeys)));
      const numSlots = 2 ** Math.ceil(Math.log2(2 * numKeys));
      const slots = memory.block(numSlots * SLOT_BYTES);
      const [valuesAt, keys, hashes] = [memory.put(values), memory.block(numKeys * 8), memory.block(numKeys * 8)];
      const [groups, newRows] = [memory.block(numRows * 4), memory.block(numRows * 4)];
      let numGroups = 0;
      const numbers = Float64Array.from(values, Number);
      return {
        run: () => {
          fill!(slots, 0, numSlots * SLOT_BYTES);
          numGroups = kernel!(slots, numSlots - 1, valuesAt, numRows, keys, hashes, groups, 0, newRows);
        },
        isRight: () => {
          const found = Float64Array.from(memory.i64(keys, numGroups), Number);
          const numbered = Uint32Array.from(memory.u32(groups, numRows));
          for (let i = 0; i < numRows; i++) if (found[numbered[i]!] !== numbers[i]) return false;
          return new Set(found).size === numGroups;
        },
        plain: () => {
          const map = new Map<number, number>();
          for (let i = 0; i < numRows; i++) if (!map.has(numbers[i]!)) map.set(numbers[i]!, map.size);
          return map;
        },
      };
    },
  };
}

/** Grouping, hashing, adding up. */
export const OPERATOR_CASES: readonly KernelCase[] = [
  sumLanes,
  hash,
  groupCase(1_000, 1 << 16),
  groupCase(1_000_000, 1 << 20),
];
