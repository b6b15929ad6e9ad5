/// <reference types="node" />
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isQueryError } from '../error/index.ts';
import { DuckdbPeer } from './duckdb-peer.fixture.ts';
import { readColumns } from './read-columns.fixture.ts';

/** Raise it for a long run by hand. */
const NUM_RUNS = Number(process.env.MILLRACE_FUZZ_RUNS ?? 500);

/** No allocation that damage asks for may be larger. */
const LIMIT_BYTES = 64 << 20;

const FLAT = `i::integer AS a, i % 7 AS b, 'text ' || (i % 50) AS c, CASE WHEN i % 3 = 0 THEN NULL ELSE 'Zürich ' || i END AS d,
  i / 3 AS e, (i * 123456789)::decimal(30, 5) AS f, i % 3 = 1 AS g, CASE WHEN i % 10 = 0 THEN NULL ELSE i END AS h,
  uuid() AS j, to_days(i::integer) AS k, (i / 7)::float AS l`;
const NESTED = "[i, NULL, i + 1] AS m, {'x': i, 'y': [{'z': 'k' || i}]} AS n, map {i: 'v'} AS o";

const OPTIONS = [
  'COMPRESSION snappy',
  'COMPRESSION lz4_raw, PARQUET_VERSION V2, DICTIONARY_SIZE_LIMIT 50',
  'COMPRESSION uncompressed',
  'COMPRESSION uncompressed, PARQUET_VERSION V2',
  'COMPRESSION zstd',
  'COMPRESSION gzip, ROW_GROUP_SIZE 2048',
];

let peer: DuckdbPeer;
let files: Uint8Array[];
let nestedFiles: Uint8Array[];
beforeAll(async () => {
  peer = await DuckdbPeer.open();
  files = await Promise.all(OPTIONS.map((options) => peer.write(`SELECT ${FLAT} FROM range(200) t(i)`, options)));
  const nested = `SELECT ${NESTED} FROM range(100) t(i)`;
  nestedFiles = await Promise.all(OPTIONS.map((options) => peer.write(nested, options)));
});
afterAll(() => peer.close());

/** Reads a file that may be damaged: every column has the same rows, or there is an error that says what is wrong. */
function readOrExplain(file: Uint8Array, decoder: 'own' | 'parquet-wasm'): string {
  try {
    const { columns } = readColumns(file, { decoder, limitBytes: LIMIT_BYTES, batchRows: [64] });
    expect(new Set(columns.map(({ values }) => values.length)).size).toBeLessThanOrEqual(1);
    return 'read';
  } catch (error) {
    if (!isQueryError(error) || error.code === 'INTERNAL') throw error;
    expect(error.message).toContain(error.code === 'MEMORY_LIMIT' ? 'bytes' : 'test.parquet');
    return error.code;
  }
}

describe('a damaged file is read or explained', () => {
  it('cut off at any byte', () => {
    for (const file of [...files, ...nestedFiles]) {
      for (let length = 0; length < file.length; length += 64) {
        expect(readOrExplain(file.slice(0, length), 'own')).toBe('BAD_FOOTER');
      }
    }
  });

  it('with bytes missing from its middle', () => {
    for (const file of files) {
      for (let at = 4; at < file.length - 8; at += 97) {
        const shorter = new Uint8Array(file.length - 1);
        shorter.set(file.subarray(0, at));
        shorter.set(file.subarray(at + 1), at);
        readOrExplain(shorter, 'own');
      }
    }
  });

  const mask = fc.oneof(
    fc.nat(7).map((bit) => 1 << bit),
    fc.integer({ min: 1, max: 255 }),
  );
  // Not a double of fast-check, half of which would be next to 0.
  const place = fc.nat(999_999).map((millionths) => millionths / 1_000_000);
  const change = fc.tuple(place, mask);
  const damage = fc.oneof(
    fc.array(change, { minLength: 1, maxLength: 1 }),
    fc.array(change, { minLength: 2, maxLength: 4 }),
  );
  const variants = [
    ['flat columns, own decoder', () => files, 'own'],
    ['flat columns, parquet-wasm', () => files, 'parquet-wasm'],
    ['nested columns', () => nestedFiles, 'own'],
  ] as const;
  for (const [name, sources, decoder] of variants) {
    it(`with bytes changed anywhere: ${name}`, () => {
      fc.assert(
        fc.property(fc.nat(OPTIONS.length - 1), damage, (which, changes) => {
          const file = sources()[which]!.slice();
          for (const [where, bits] of changes) file[Math.floor(where * file.length)]! ^= bits;
          readOrExplain(file, decoder);
        }),
        { numRuns: NUM_RUNS },
      );
    }, 600_000);

    it(`with bytes changed in the footer: ${name}`, () => {
      fc.assert(
        fc.property(fc.nat(OPTIONS.length - 1), damage, (which, changes) => {
          const file = sources()[which]!.slice();
          const end = file.length - 8;
          const footerBytes = new DataView(file.buffer).getUint32(end, true);
          for (const [where, bits] of changes) file[end - 1 - Math.floor(where * footerBytes)]! ^= bits;
          readOrExplain(file, decoder);
        }),
        { numRuns: NUM_RUNS },
      );
    }, 600_000);
  }
});
