import { parquetWriteBuffer } from 'hyparquet-writer';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isQueryError } from '../error/index.ts';
import { countingStore, memoryStore } from '../storage/index.ts';
import { formatType } from '../types/index.ts';
import { DuckdbPeer } from './duckdb-peer.fixture.ts';
import { fileColumns } from './file-columns.ts';
import { Footer } from './footer.ts';
import { footerOf, readFooter } from './read-footer.ts';
import { THRIFT } from './thrift-reader.ts';
import { ThriftWriter } from './thrift-writer.ts';

let peer: DuckdbPeer;
beforeAll(async () => {
  peer = await DuckdbPeer.open();
});
afterAll(() => peer.close());

function messageOf(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    if (isQueryError(error)) return `${error.code}: ${error.message}`;
    throw error;
  }
  throw new Error('nothing was thrown');
}

const text = (content: string) => new TextEncoder().encode(content);

describe('what is no Parquet file is told apart', () => {
  it.each([
    ['an empty file', new Uint8Array(0), /^BAD_FOOTER: 'x' is no readable Parquet file: it is empty/],
    ['a stub', text('PAR1'), /^BAD_FOOTER: .* only 4 bytes/],
    [
      'a CSV file under a wrong name',
      text('id,name\n1,one\n2,two\n3,three\n'),
      /^BAD_FOOTER: .*seems to be a text file/,
    ],
    ['another format', Uint8Array.from({ length: 64 }, (_, i) => 255 - i), /^BAD_FOOTER: .*does not end in 'PAR1'/],
    ['an encrypted file', text('PARE....PARE....PARE'), /^UNSUPPORTED_FILE: .*encrypted/],
    ['a footer longer than the file', text('PAR1........\xff\xff\xff\x7fPAR1'), /^BAD_FOOTER: .*footer would have/],
  ])('%s', (_, bytes, expected) => {
    expect(messageOf(() => footerOf('x', bytes))).toMatch(expected);
  });

  it('a file that was not written to its end', async () => {
    const file = await peer.write('SELECT i FROM range(1000) t(i)');
    expect(messageOf(() => footerOf('x', file.slice(0, -1)))).toMatch(/^BAD_FOOTER/);
    expect(messageOf(() => footerOf('x', file.slice(0, file.length / 2)))).toMatch(/not written to its end/);
  });
});

describe('the footer is read with few requests', () => {
  async function requests(numColumns: number, tailBytes?: number) {
    const file = parquetWriteBuffer({
      columnData: Array.from({ length: numColumns }, (_, i) => ({ name: `column_${i}`, data: [1, 2, 3] })),
    });
    const inner = memoryStore();
    await inner.put('f.parquet', new Uint8Array(file));
    const store = countingStore(inner);
    const footer = await readFooter(store, 'f.parquet', { tailBytes });
    expect(footer.fields.length).toBe(numColumns);
    expect(footer.numRows).toBe(3);
    const { get, getRanges } = store.counts().requests;
    return get + getRanges;
  }

  it('one when it lies in the tail, two when it is larger', async () => {
    expect(await requests(3)).toBe(1);
    expect(await requests(2000)).toBe(2);
    expect(await requests(3, 16)).toBe(2);
  });
});

describe('types of columns', () => {
  async function typesOf(select: string): Promise<Record<string, string>> {
    const columns = fileColumns(footerOf('x', await peer.write(select)));
    return Object.fromEntries(columns.map(({ name, type }) => [name, formatType(type)]));
  }

  it('those of DuckDB', async () => {
    const types = await typesOf(
      `SELECT 1::tinyint AS i8, 1::usmallint AS u16, 1::uinteger AS u32, 1::ubigint AS u64, 1::decimal(9,2) AS d9,
        1::decimal(38,10) AS d38, 'a' AS s, 'a'::blob AS b, uuid() AS u, DATE '2020-01-01' AS d, TIME '10:00' AS t,
        TIMESTAMP '2020-01-01' AS ts, TIMESTAMPTZ '2020-01-01' AS tz, TIMESTAMP_NS '2020-01-01' AS ns, 1::float AS f,
        INTERVAL 1 DAY AS iv, '{}'::json AS j, [[1]] AS l, {'a': 1, 'b': ['x']} AS st, map {'k': 1.5::decimal(4,1)} AS m`,
    );
    expect(types).toEqual({
      i8: 'tinyint',
      u16: 'usmallint',
      u32: 'uinteger',
      u64: 'ubigint',
      d9: 'decimal(9,2)',
      d38: 'decimal(38,10)',
      s: 'varchar',
      b: 'bytea',
      u: 'uuid',
      d: 'date',
      t: 'time',
      ts: 'timestamp',
      tz: 'timestamptz',
      ns: 'timestamp',
      f: 'real',
      iv: 'interval',
      j: 'json',
      l: 'integer[][]',
      st: 'struct(a integer, b varchar[])',
      m: 'struct(key varchar, value decimal(4,1))[]',
    });
  });

  /** A footer of no rows with a schema, element by element. */
  function schemaOf(elements: readonly Record<string, number | string>[], numFields = 1): Footer {
    const writer = new ThriftWriter();
    writer.struct(() => {
      writer.listField(2, THRIFT.struct, [{ name: 'root', numChildren: numFields }, ...elements], (element) =>
        writer.struct(() => {
          const number = (key: string) => element[key as keyof typeof element] as number | undefined;
          writer.i32Field(1, number('type'));
          writer.i32Field(2, number('typeLength'));
          writer.i32Field(3, number('repetition'));
          writer.stringField(4, String(element.name));
          writer.i32Field(5, number('numChildren'));
          writer.i32Field(6, number('convertedType'));
          writer.i32Field(7, number('scale'));
          writer.i32Field(8, number('precision'));
        }),
      );
      writer.i64Field(3, 0);
      writer.listField(4, THRIFT.struct, [], () => undefined);
    });
    return new Footer({ path: 'x', version: '', sizeBytes: 1000 }, writer.bytes());
  }
  const typeOf = (elements: readonly Record<string, number | string>[]) =>
    formatType(fileColumns(schemaOf(elements))[0]!.type);

  const LIST = 3;
  const MAP = 1;
  const group = (name: string, numChildren: number, repetition: number, convertedType?: number) => ({
    name,
    numChildren,
    repetition,
    ...(convertedType === undefined ? {} : { convertedType }),
  });
  const leaf = (name: string, type: number, repetition: number, more: Record<string, number> = {}) => ({
    name,
    type,
    repetition,
    ...more,
  });

  it('lists of two and three levels, by the rules of LogicalTypes.md', () => {
    // The examples of "Lists" and of its backward-compatibility rules.
    expect(
      typeOf([group('my_list', 1, 1, LIST), group('list', 1, 2), leaf('element', 6, 1, { convertedType: 0 })]),
    ).toBe('varchar[]');
    expect(typeOf([group('my_list', 1, 1, LIST), leaf('element', 1, 2)])).toBe('integer[]');
    expect(
      typeOf([
        group('my_list', 1, 1, LIST),
        group('element', 2, 2),
        leaf('str', 6, 0, { convertedType: 0 }),
        leaf('num', 1, 0),
      ]),
    ).toBe('struct(str varchar, num integer)[]');
    expect(typeOf([group('my_list', 1, 1, LIST), group('array', 1, 2), leaf('str', 1, 0)])).toBe(
      'struct(str integer)[]',
    );
    expect(typeOf([group('my_list', 1, 1, LIST), group('my_list_tuple', 1, 2), leaf('str', 1, 0)])).toBe(
      'struct(str integer)[]',
    );
    expect(typeOf([group('array_of_arrays', 1, 1, LIST), group('array', 1, 2, LIST), leaf('array', 1, 2)])).toBe(
      'integer[][]',
    );
    expect(typeOf([leaf('repeated', 1, 2)])).toBe('integer[]');
    expect(typeOf([group('repeated', 1, 2), leaf('x', 1, 0)])).toBe('struct(x integer)[]');
    expect(
      typeOf([
        group('my_map', 1, 1, MAP),
        group('map', 2, 2, 2),
        leaf('str', 6, 0, { convertedType: 0 }),
        leaf('num', 1, 1),
      ]),
    ).toBe('struct(key varchar, value integer)[]'.replace('key', 'str').replace('value', 'num'));
  });

  it('annotations that cannot be meant are BAD_FOOTER', () => {
    expect(messageOf(() => typeOf([leaf('c', 5, 1, { convertedType: 0 })]))).toMatch(
      /^BAD_FOOTER: .*'c' is declared as varchar but stored as DOUBLE/,
    );
    expect(messageOf(() => typeOf([leaf('c', 1, 1, { convertedType: 5, scale: 9, precision: 4 })]))).toMatch(
      /decimal\(4,9\)/,
    );
    expect(messageOf(() => typeOf([group('c', 2, 1, LIST), leaf('a', 1, 1), leaf('b', 1, 1)]))).toMatch(
      /declared as a list/,
    );
    expect(
      messageOf(() => typeOf([leaf('c', 7, 1, { typeLength: 20, convertedType: 5, scale: 2, precision: 45 })])),
    ).toMatch(/^UNSUPPORTED_FILE: .*45 digits/);
  });

  it('a schema that does not add up is BAD_FOOTER', () => {
    expect(messageOf(() => schemaOf([leaf('a', 1, 1)], 2))).toMatch(/has 1 fields and announces 2/);
    expect(messageOf(() => schemaOf([group('a', 2, 1), leaf('b', 1, 1)]))).toMatch(/ends in the middle of a group/);
    expect(messageOf(() => schemaOf([{ name: 'a' }]))).toMatch(/neither a type nor children/);
    expect(messageOf(() => schemaOf([leaf('a', 99, 1)]))).toMatch(/physical type 99/);
    const deep = Array.from({ length: 200 }, (_, i) => group(`g${i}`, 1, 1));
    expect(messageOf(() => schemaOf(deep))).toMatch(/nested deeper/);
  });

  it('a name that occurs again gets a number', () => {
    const names = fileColumns(schemaOf([leaf('a', 1, 1), leaf('a_1', 1, 1), leaf('a', 1, 1)], 3)).map(
      ({ name }) => name,
    );
    expect(names).toEqual(['a', 'a_1', 'a_2']);
  });
});

describe('row groups', () => {
  it('are found with their columns in wide and long files', async () => {
    const names = Array.from({ length: 300 }, (_, i) => `i + ${i} AS c${i}`);
    const file = await peer.write(`SELECT ${names.join(', ')} FROM range(20000) t(i)`, 'ROW_GROUP_SIZE 2048');
    const footer = footerOf('x', file);
    expect(footer.rowGroups.map(({ numRows }) => numRows)).toEqual([...Array(9).fill(2048), 20000 - 9 * 2048]);
    expect(footer.rowGroups[3]!.firstRow).toBe(3 * 2048);
    const chunk = footer.chunk(9, 299);
    expect(chunk.numValues).toBe(20000 - 9 * 2048);
    expect(chunk.statistics?.numNulls).toBe(0);
    expect(footer.chunkLeaf(9, 299).path).toEqual(['c299']);
  });
});
