import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { randomFrom, randomSelection } from '../expression/random-values.fixture.ts';
import { MemoryAccount } from '../runtime/index.ts';
import { Arena } from './arena.ts';
import { type KernelModule, VECTOR_KERNELS, type VectorKernelName } from './kernels.ts';
import { LinearMemory } from './linear-memory.ts';

const lengths = fc.constantFrom(0, 1, 7, 8, 9, 15, 16, 17, 31, 100, 2047, 2048);
const drawn = fc.record({ seed: fc.integer(), length: lengths, density: fc.constantFrom(0, 0.02, 0.5, 0.98, 1) });

let memory: LinearMemory;
let arena: Arena;
let kernels: KernelModule<VectorKernelName>;

beforeAll(() => {
  memory = new LinearMemory();
  arena = new Arena(memory, new MemoryAccount('test'));
  kernels = memory.kernels(VECTOR_KERNELS);
});

afterAll(() => arena.close());

function bytes(values: readonly number[]): number {
  const address = arena.allocate(values.length);
  memory.u8.set(values, address);
  return address;
}

function words(values: readonly number[]): number {
  const address = arena.allocate(values.length * 4);
  memory.u32.set(values, address / 4);
  return address;
}

const readBytes = (address: number, length: number) => [...memory.u8.slice(address, address + length)];
const readWords = (address: number, length: number) => [...memory.u32.slice(address / 4, address / 4 + length)];

/** Runs a property over random masks, with a fresh arena each time. */
function property(
  body: (input: { length: number; mask: number[]; validity: number[]; random: ReturnType<typeof randomFrom> }) => void,
): void {
  fc.assert(
    fc.property(drawn, ({ seed, length, density }) => {
      arena.reset();
      const random = randomFrom(seed);
      const flags = () => Array.from({ length }, () => Number(random.next() < density));
      body({ length, mask: flags(), validity: flags(), random });
    }),
    { numRuns: 150 },
  );
}

test.each([1, 4, 8, 16] as const)('gather and scatter values of %i bytes', (width) => {
  property(({ length, random }) => {
    const source = Array.from({ length: length * width }, () => Math.floor(random.next() * 256));
    const indexes = Array.from({ length }, () => Math.floor(random.next() * length));
    const out = arena.allocate(length * width);
    kernels[`gather_${width}`](out, bytes(source), words(indexes), length);
    expect(readBytes(out, length * width)).toEqual(
      indexes.flatMap((index) => source.slice(index * width, (index + 1) * width)),
    );
    const order = Array.from({ length }, (_, i) => i).sort(() => random.next() - 0.5);
    const back = arena.allocate(length * width);
    kernels[`scatter_${width}`](back, bytes(source), words(order), length);
    const expected = new Array<number>(length * width);
    order.forEach((target, i) => {
      for (let b = 0; b < width; b++) expected[target * width + b] = source[i * width + b]!;
    });
    expect(readBytes(back, length * width)).toEqual(expected);
  });
});

test.each([4, 8, 16] as const)('fill_%i repeats a value', (width) => {
  property(({ length, random }) => {
    const value = Array.from({ length: width }, () => Math.floor(random.next() * 256));
    const out = arena.allocate(length * width);
    kernels[`fill_${width}`](out, bytes(value), length);
    expect(readBytes(out, length * width)).toEqual(Array.from({ length }, () => value).flat());
  });
});

test('selections from byte masks with and without nulls', () => {
  property(({ length, mask, validity }) => {
    const rows = Array.from({ length }, (_, i) => i);
    const m = bytes(mask);
    const v = bytes(validity);
    const cases: [VectorKernelName, (value: number, valid: number) => boolean][] = [
      ['select_true', (value, valid) => value === 1 && valid === 1],
      ['select_false', (value, valid) => value === 0 && valid === 1],
      ['select_not_true', (value, valid) => value === 0 || valid === 0],
      ['select_not_false', (value, valid) => value === 1 || valid === 0],
    ];
    for (const [kernel, holds] of cases) {
      const out = arena.allocate(length * 4);
      const withNulls = rows.filter((i) => holds(mask[i]!, validity[i]!));
      expect(readWords(out, kernels[kernel](out, m, v, length))).toEqual(withNulls);
      const without = rows.filter((i) => holds(mask[i]!, 1));
      expect(readWords(out, kernels[kernel](out, m, 0, length))).toEqual(without);
    }
    const out = arena.allocate(length * 4);
    expect(readWords(out, kernels.select_null(out, v, length))).toEqual(rows.filter((i) => validity[i] === 0));
    expect(kernels.count_true(m, length)).toBe(mask.filter(Boolean).length);
  });
});

test('selections are refined by dense masks, codes and validity', () => {
  property(({ length, mask, validity, random }) => {
    const selection = randomSelection(length, random, 0.6);
    const s = words(selection);
    const n = selection.length;
    const out = arena.allocate(length * 4);
    const refined = kernels.refine_true(out, s, bytes(mask), bytes(validity), n);
    expect(readWords(out, refined)).toEqual(selection.filter((_, i) => mask[i] === 1 && validity[i] === 1));
    const entries = Array.from({ length: 5 }, () => Number(random.next() < 0.5));
    const codes = Array.from({ length }, () => Math.floor(random.next() * 5));
    for (const nullIsTrue of [0, 1]) {
      const holds = (row: number) => (validity[row] === 0 ? nullIsTrue === 1 : entries[codes[row]!] === 1);
      const count = kernels.select_by_code(out, s, words(codes), bytes(entries), bytes(validity), n, nullIsTrue);
      expect(readWords(out, count)).toEqual(selection.filter(holds));
      const all = kernels.select_by_code(out, 0, words(codes), bytes(entries), bytes(validity), length, nullIsTrue);
      expect(readWords(out, all)).toEqual(Array.from({ length }, (_, i) => i).filter(holds));
    }
    for (const wanted of [0, 1]) {
      const count = kernels.select_validity(out, s, bytes(validity), n, wanted);
      expect(readWords(out, count)).toEqual(selection.filter((row) => validity[row] === wanted));
    }
  });
});

test('bitmaps: least significant bit first, from any bit on', () => {
  property(({ length, mask, random }) => {
    const packed = arena.allocate(length / 8 + 1);
    kernels.pack_bitmap(packed, bytes(mask), length);
    const expected = new Array<number>(Math.ceil(length / 8)).fill(0);
    mask.forEach((bit, i) => {
      expected[i >> 3]! |= bit << (i & 7);
    });
    expect(readBytes(packed, expected.length)).toEqual(expected);
    const offset = Math.floor(random.next() * (length + 1));
    const out = arena.allocate(length);
    kernels.unpack_bitmap(out, packed, offset, length - offset);
    expect(readBytes(out, length - offset)).toEqual(mask.slice(offset));
    expect(kernels.count_bitmap(packed, offset, length - offset)).toBe(mask.slice(offset).filter(Boolean).length);
  });
});

test('validity: and, invert, clearing what lies under nulls', () => {
  property(({ length, mask, validity, random }) => {
    const out = arena.allocate(length);
    kernels.and_bytes(out, bytes(mask), bytes(validity), length);
    expect(readBytes(out, length)).toEqual(mask.map((value, i) => value & validity[i]!));
    kernels.invert_bytes(out, bytes(mask), length);
    expect(readBytes(out, length)).toEqual(mask.map((value) => 1 - value));
    const codes = Array.from({ length }, () => Math.floor(random.next() * 1000));
    const cleared = words(codes);
    kernels.clear_null_codes(cleared, bytes(validity), length);
    expect(readWords(cleared, length)).toEqual(codes.map((code, i) => code * validity[i]!));
    const refs = words(codes.flatMap((code) => [code, code + 1]));
    kernels.clear_null_refs(refs, bytes(validity), length);
    expect(readWords(refs, 2 * length)).toEqual(
      codes.flatMap((code, i) => [code * validity[i]!, (code + 1) * validity[i]!]),
    );
    const sequence = arena.allocate(length * 4);
    kernels.sequence_u32(sequence, 7, length);
    expect(readWords(sequence, length)).toEqual(Array.from({ length }, (_, i) => i + 7));
  });
});
