/// <reference types="node" />
import { crc32 } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { isQueryError } from '../error/index.ts';
import { type HandmadeFile, handmadeFile, plainInt32 } from './handmade-file.fixture.ts';
import { readColumns } from './read-columns.fixture.ts';

const INT32 = 1;
const BYTE_ARRAY = 6;
const DATA = 0;
const DICTIONARY = 2;
const DATA_V2 = 3;

function valuesOf(file: HandmadeFile, options: Parameters<typeof readColumns>[1] = {}) {
  return readColumns(handmadeFile(file), options).columns[0]!.values;
}

function errorOf(file: HandmadeFile, options: Parameters<typeof readColumns>[1] = {}) {
  try {
    readColumns(handmadeFile(file), options);
  } catch (error) {
    if (isQueryError(error)) return { code: error.code, message: error.message, details: error.details };
    throw error;
  }
  throw new Error('nothing was thrown');
}

const page = { type: DATA, encoding: 0 } as const;
/** Levels of version 1 for rows that all have a value. */
const ALL_VALID = (numRows: number) => [2, 0, 0, 0, numRows << 1, 1];

describe('pages that no writer at hand produces', () => {
  it('levels in the deprecated BIT_PACKED encoding, most significant bit first', () => {
    // Encodings.md, "Bit-packed (Deprecated)": rows 0, 2, 3 and 8 of 9 have a value.
    const bytes = [0b10110000, 0b10000000, ...plainInt32(10, 20, 30, 40)];
    const file = { physicalType: INT32, numRows: 9, pages: [{ ...page, numValues: 9, levelEncoding: 4, bytes }] };
    const expected = [10, null, 20, 30, null, null, null, null, 40];
    expect(valuesOf(file)).toEqual(expected);
    expect(valuesOf(file, { batchRows: [2, 3] })).toEqual(expected);
  });

  it('the bit-packed example of the format, 0 to 7 in 3 bits', () => {
    // Encodings.md, "RLE / bit-packing hybrid": the bytes for 0, 1, 2, 3, 4, 5, 6, 7.
    const codes = [3, (1 << 1) | 1, 0b10001000, 0b11000110, 0b11111010];
    const dictionary = { ...page, type: DICTIONARY, numValues: 8, bytes: plainInt32(0, 10, 20, 30, 40, 50, 60, 70) };
    const data = { ...page, encoding: 8, numValues: 8, bytes: codes };
    const file = { physicalType: INT32, repetition: 0, numRows: 8, pages: [dictionary, data] };
    expect(valuesOf(file)).toEqual([0, 10, 20, 30, 40, 50, 60, 70]);
    expect(valuesOf(file, { batchRows: [3, 1] })).toEqual([0, 10, 20, 30, 40, 50, 60, 70]);
  });

  it('the delta example of the format, 7 5 3 1 2 3 4 5', () => {
    // Encodings.md, "Delta encoding", example 2.
    const bytes = [128, 1, 4, 8, 14, 3, 2, 0, 0, 0, 0b11000000, 0b00111111, 0, 0, 0, 0, 0, 0];
    const file = {
      physicalType: INT32,
      repetition: 0,
      numRows: 8,
      pages: [{ ...page, encoding: 5, numValues: 8, bytes }],
    };
    expect(valuesOf(file)).toEqual([7, 5, 3, 1, 2, 3, 4, 5]);
  });

  it('dictionary codes of no bits, with and without a run', () => {
    const dictionary = { ...page, type: DICTIONARY, numValues: 1, bytes: plainInt32(42) };
    for (const bytes of [[0], [0, 6, 0], [0, 6]]) {
      const pages = [dictionary, { ...page, encoding: 8, numValues: 3, bytes }];
      expect(valuesOf({ physicalType: INT32, repetition: 0, numRows: 3, pages })).toEqual([42, 42, 42]);
    }
  });

  it('an empty dictionary, when every row is null', () => {
    const pages = [
      { ...page, type: DICTIONARY, numValues: 0, bytes: [] },
      { ...page, encoding: 8, numValues: 3, bytes: [2, 0, 0, 0, 6, 0] },
    ];
    expect(valuesOf({ physicalType: BYTE_ARRAY, convertedType: 0, numRows: 3, pages })).toEqual([null, null, null]);
  });

  it('empty pages, index pages and pages of unknown type between the others', () => {
    const pages = [
      { ...page, numValues: 0, bytes: [0, 0, 0, 0] },
      { ...page, type: 1, numValues: 0, bytes: [1, 2, 3] },
      { ...page, numValues: 2, bytes: [...ALL_VALID(2), ...plainInt32(1, 2)] },
      { ...page, type: 9, numValues: 0, bytes: [9] },
      { ...page, type: DATA_V2, numValues: 2, definitionBytes: 2, bytes: [4, 1, ...plainInt32(3, 4)] },
    ];
    const file = { physicalType: INT32, numRows: 4, pages };
    expect(valuesOf(file)).toEqual([1, 2, 3, 4]);
    expect(valuesOf(file, { batchRows: [1], skips: [true, true, false] })).toEqual([3]);
  });

  it('integers of 8 and 16 bits that carry more bits than they have', () => {
    const pages = [{ ...page, numValues: 2, bytes: plainInt32(0x1ff, 0x180) }];
    const file = { physicalType: INT32, repetition: 0, numRows: 2, pages };
    expect(valuesOf({ ...file, convertedType: 11 })).toEqual([255, 128]);
    expect(valuesOf({ ...file, convertedType: 15 })).toEqual([-1, -128]);
  });
});

describe('checksums', () => {
  const bytes = plainInt32(1, 2, 3, 4, 5);
  const file = (crc: number) => ({
    physicalType: INT32,
    repetition: 0,
    numRows: 5,
    pages: [{ ...page, numValues: 5, bytes, crc: crc | 0 }],
  });

  it('are verified where that is asked for', () => {
    expect(valuesOf(file(crc32(Uint8Array.from(bytes))), { verifyChecksums: true })).toEqual([1, 2, 3, 4, 5]);
    expect(errorOf(file(12345), { verifyChecksums: true })).toMatchObject({ code: 'CHECKSUM_MISMATCH' });
    expect(valuesOf(file(12345))).toEqual([1, 2, 3, 4, 5]);
  });
});

describe('a damaged page is BAD_PAGE, with its place', () => {
  const required = (pages: HandmadeFile['pages'], numRows = 3): HandmadeFile => ({
    physicalType: INT32,
    repetition: 0,
    numRows,
    pages,
  });
  const dictionary = { ...page, type: DICTIONARY, numValues: 2, bytes: plainInt32(1, 2) };

  it.each<[string, HandmadeFile, RegExp]>([
    ['fewer values than rows', required([{ ...page, numValues: 3, bytes: plainInt32(1, 2) }]), /fewer values/],
    ['fewer pages than rows', required([{ ...page, numValues: 2, bytes: plainInt32(1, 2) }]), /is missing/],
    ['more values than rows', required([{ ...page, numValues: 4, bytes: plainInt32(1, 2, 3, 4) }]), /has 4 values/],
    ['no dictionary', required([{ ...page, encoding: 8, numValues: 3, bytes: [0] }]), /refers to a dictionary/],
    [
      'a code beyond the dictionary',
      required([dictionary, { ...page, encoding: 8, numValues: 3, bytes: [2, 6, 2] }]),
      /codes/,
    ],
    ['codes of 33 bits', required([dictionary, { ...page, encoding: 8, numValues: 3, bytes: [33, 6, 2] }]), /33 bits/],
    [
      'codes that end early',
      required([dictionary, { ...page, encoding: 8, numValues: 3, bytes: [1, 4, 1] }]),
      /codes end early/,
    ],
    ['two dictionaries', required([dictionary, dictionary]), /second dictionary/],
    [
      'a dictionary shorter than its entries',
      required([
        { ...dictionary, numValues: 3 },
        { ...page, encoding: 8, numValues: 3, bytes: [0] },
      ]),
      /8 bytes for 3 entries/,
    ],
    [
      'levels longer than the page',
      { physicalType: INT32, numRows: 1, pages: [{ ...page, numValues: 1, bytes: [99, 0, 0, 0, 2, 1, 1, 0, 0, 0] }] },
      /levels are longer/,
    ],
    [
      'a level above the highest',
      { physicalType: INT32, numRows: 1, pages: [{ ...page, numValues: 1, bytes: [2, 0, 0, 0, 2, 2, 1, 0, 0, 0] }] },
      /levels end early/,
    ],
    [
      'a string longer than the page',
      {
        physicalType: BYTE_ARRAY,
        repetition: 0,
        numRows: 1,
        pages: [{ ...page, numValues: 1, bytes: [9, 0, 0, 0, 65] }],
      },
      /fewer values/,
    ],
    [
      'a size that its data do not have',
      { ...required([{ ...page, numValues: 3, bytes: [3, 8, 1, 2, 3] }]), codec: 1 },
      /SNAPPY data cannot be decompressed/,
    ],
    [
      'a size beyond reason',
      required([{ ...page, numValues: 3, bytes: [0], uncompressedBytes: 2 ** 30 }]),
      /announces 1073741824/,
    ],
    [
      'a delta block of an odd size',
      required([{ ...page, encoding: 5, numValues: 3, bytes: [7, 1, 3, 0, 0, 0, 0, 0] }]),
      /delta encoding makes no sense/,
    ],
  ])('%s', (_, file, message) => {
    const error = errorOf(file);
    expect(error.message).toMatch(message);
    expect(error).toMatchObject({ code: 'BAD_PAGE', details: { path: 'test.parquet', rowGroup: 0, column: 'c' } });
  });

  it('text that is no UTF-8 is BAD_ENCODING', () => {
    const file = (...text: number[]): HandmadeFile => ({
      physicalType: BYTE_ARRAY,
      convertedType: 0,
      repetition: 0,
      numRows: 1,
      pages: [{ ...page, numValues: 1, bytes: [text.length, 0, 0, 0, ...text] }],
    });
    // Overlong, a surrogate, beyond U+10FFFF, cut short, a continuation alone.
    for (const text of [[0xc0, 0x80], [0xed, 0xa0, 0x80], [0xf4, 0x90, 0x80, 0x80], [0x61, 0xe2, 0x82], [0x80]]) {
      expect(errorOf(file(...text))).toMatchObject({ code: 'BAD_ENCODING' });
    }
    expect(valuesOf(file(0xf0, 0x9f, 0x98, 0x80))).toEqual(['😀']);
  });

  it('an encoding that nobody knows is FEATURE_NOT_IMPLEMENTED', () => {
    const file = required([{ ...page, encoding: 77, numValues: 3, bytes: [] }]);
    expect(errorOf(file)).toMatchObject({ code: 'FEATURE_NOT_IMPLEMENTED' });
  });
});
