import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import {
  BOOLEAN,
  DATE,
  type DataType,
  decimal,
  FLOAT64,
  INT32,
  INT64,
  type LiteralValue,
  list,
  VARCHAR,
} from '../../../types/index.ts';
import { castVector } from '../../cast/cast-vector.ts';
import { defaultFunctions } from '../../registry.ts';
import { Evaluation } from '../evaluation.fixture.ts';
import { Postgres } from '../postgres.fixture.ts';

const postgres = new Postgres();
const WORD = fc.string({
  unit: fc.constantFrom('a', ',', '{', '}', '"', '\\', ' ', 'N', 'U', 'L', 'é', '日', '\t'),
  maxLength: 5,
});
const TYPES: readonly (readonly [name: string, type: DataType, element: fc.Arbitrary<LiteralValue>])[] = [
  ['int4', INT32, fc.integer()],
  ['int8', INT64, fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })],
  ['float8', FLOAT64, fc.double({ noNaN: true, noDefaultInfinity: true }).filter((value) => !Object.is(value, -0))],
  ['bool', BOOLEAN, fc.boolean()],
  ['date', DATE, fc.integer({ min: -10_000, max: 40_000 })],
  ['numeric(10,2)', decimal(10, 2), fc.bigInt({ min: -(10n ** 10n) + 1n, max: 10n ** 10n - 1n })],
  ['text', VARCHAR, WORD],
];

describe('arrays', () => {
  const evaluation = new Evaluation();
  afterAll(async () => {
    evaluation.close();
    await postgres.close();
  });
  const textOf = (type: DataType, values: readonly LiteralValue[]) =>
    evaluation.values(castVector(evaluation.context(), evaluation.vector(type, values), VARCHAR, false));

  it.each(TYPES)('of %s are written as PostgreSQL writes them', async (name, element, arbitrary) => {
    const rows = fc.array(fc.option(fc.array(fc.option(arbitrary), { maxLength: 6 })), { minLength: 1, maxLength: 40 });
    await fc.assert(
      fc.asyncProperty(rows, async (lists) => {
        evaluation.arena.reset();
        const texts = textOf(list(element), lists) as (string | null)[];
        // What PostgreSQL reads from our text must be written by it in the same way, and have the same elements.
        expect(
          await postgres.map(
            `$1::${name}[]`,
            texts.map((value) => [value]),
          ),
        ).toEqual(texts);
        const counts = await postgres.map(
          `cardinality($1::${name}[])`,
          texts.map((value) => [value]),
        );
        expect(counts).toEqual(lists.map((value) => (value === null ? null : String(value.length))));
      }),
      { numRuns: 20 },
    );
  });

  it('of arrays and of nulls keep their shape', () => {
    evaluation.arena.reset();
    expect(
      textOf(list(list(INT32)), [
        [
          [1, 2],
          [3, 4],
        ],
        [],
        null,
      ]),
    ).toEqual(['{{1,2},{3,4}}', '{}', null]);
    expect(textOf(list(VARCHAR), [['a b', null, 'NULL', '', 'null']])).toEqual(['{"a b",NULL,"NULL","","null"}']);
    expect(textOf(list(BOOLEAN), [[true, false, null]])).toEqual(['{t,f,NULL}']);
  });

  it('string_to_array and array_to_string are what PostgreSQL says', async () => {
    const piece = fc.string({ unit: fc.constantFrom('a', 'b', ',', 'é', '日'), maxLength: 12 });
    const short = fc.constantFrom(',', 'a', ',,', '', 'ab', '日', null);
    const row = fc.tuple(
      fc.option(piece, { freq: 9 }),
      short,
      fc.option(fc.constantFrom('a', 'b', '', 'é'), { freq: 3 }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(row, { minLength: 1, maxLength: 40 }), async (rows) => {
        evaluation.arena.reset();
        const columns = [0, 1, 2].map((i) =>
          evaluation.vector(
            VARCHAR,
            rows.map((values) => values[i]!),
          ),
        );
        const overload = defaultFunctions().scalarOverload('string_to_array(varchar,varchar,varchar)')!;
        const lists = evaluation.call(overload, columns, rows.length);
        const cast = castVector(evaluation.context(), lists, VARCHAR, false);
        const texts = rows.map((values) => [...values]);
        expect(evaluation.values(cast)).toEqual(await postgres.map('string_to_array($1, $2, $3)', texts));
        const join = defaultFunctions().scalarOverload('array_to_string(list,varchar,varchar)')!;
        const joined = evaluation.call(join, [lists, columns[1]!, columns[2]!], rows.length);
        expect(evaluation.values(joined)).toEqual(
          await postgres.map('array_to_string(string_to_array($1, $2, $3), $2, $3)', texts),
        );
        const length = defaultFunctions().scalarOverload('array_length(list,integer)')!;
        const one = evaluation.constant(INT32, 1, rows.length);
        expect(
          evaluation
            .values(evaluation.call(length, [lists, one], rows.length))
            .map((value) => value?.toString() ?? null),
        ).toEqual(await postgres.map('array_length(string_to_array($1, $2, $3), 1)', texts));
      }),
      { numRuns: 40 },
    );
  });

  it('are put together with elements and other arrays', async () => {
    const rows = fc.array(
      fc.tuple(
        fc.option(fc.array(fc.option(fc.integer({ min: -9, max: 9 })), { maxLength: 4 })),
        fc.option(fc.integer({ min: -9, max: 9 })),
        fc.option(fc.array(fc.integer({ min: -9, max: 9 }), { maxLength: 4 })),
      ),
      { minLength: 1, maxLength: 30 },
    );
    await fc.assert(
      fc.asyncProperty(rows, async (drawn) => {
        evaluation.arena.reset();
        const first = evaluation.vector(
          list(INT32),
          drawn.map(([value]) => value),
        );
        const element = evaluation.vector(
          INT32,
          drawn.map(([, value]) => value),
        );
        const second = evaluation.vector(
          list(INT32),
          drawn.map(([, , value]) => value),
        );
        const firstTexts = textOf(
          list(INT32),
          drawn.map(([value]) => value),
        ) as (string | null)[];
        const secondTexts = textOf(
          list(INT32),
          drawn.map(([, , value]) => value),
        ) as (string | null)[];
        const texts = drawn.map(([, value], i) => [
          firstTexts[i]!,
          value === null ? null : String(value),
          secondTexts[i]!,
        ]);
        for (const [id, args, sql] of [
          ['array_append(same-list,same)', [first, element], 'array_append($1::int[], $2::int)'],
          ['array_prepend(same,same-list)', [element, second], 'array_prepend($2::int, $3::int[])'],
          ['array_cat(same-list,same-list)', [first, second], 'array_cat($1::int[], $3::int[])'],
        ] as const) {
          const result = evaluation.call(defaultFunctions().scalarOverload(id)!, args, drawn.length);
          expect(evaluation.values(castVector(evaluation.context(), result, VARCHAR, false)), id).toEqual(
            await postgres.map(sql, texts),
          );
        }
      }),
      { numRuns: 20 },
    );
  });
});
