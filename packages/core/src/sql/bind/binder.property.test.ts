import fc from 'fast-check';
import { beforeAll, expect, test } from 'vitest';
import { isQueryError } from '../../error/index.ts';
import { bind, loadParser } from '../sql.fixture.ts';

beforeAll(loadParser);

const leaf = fc.constantFrom(
  ...[
    'a',
    'b',
    'c',
    'd',
    'x',
    'f',
    'p',
    't.a',
    'nope',
    '1',
    '2.5',
    '1e400',
    "'x'",
    "'2020-01-01'",
    "'1'",
    'NULL',
    'true',
    '$1',
    '$2',
    '*',
    't.*',
  ],
  ...[
    "DATE '2020-01-01'",
    "INTERVAL '1 day'",
    'ARRAY[1,2]',
    "'{1,2}'",
    'CURRENT_DATE',
    'count(*)',
    '(a, b)',
    "'é😀'",
    '"É"',
  ],
);
const operator = fc.constantFrom(
  ...[
    '+',
    '-',
    '*',
    '/',
    '%',
    '^',
    '||',
    '=',
    '<>',
    '<',
    '>=',
    'AND',
    'OR',
    'LIKE',
    '~',
    'IS DISTINCT FROM',
    'IN',
    '= ANY',
    '@>',
    ',',
  ],
);
const type = fc.constantFrom(
  'int',
  'int8',
  'numeric',
  'numeric(5,2)',
  'text',
  'varchar(2)',
  'date',
  'timestamp(3)',
  'interval year',
  'bool',
  'int[]',
  'json',
  'nope',
);
const name = fc.constantFrom(
  'sum',
  'count',
  'min',
  'avg',
  'lower',
  'round',
  'coalesce',
  'nullif',
  'greatest',
  'extract',
  'substring',
  'date_trunc',
  'nope',
  'float8',
);

const { expression } = fc.letrec<{ expression: string }>((tie) => ({
  expression: fc.oneof(
    { depthSize: 'medium', withCrossShrink: true },
    leaf,
    fc.tuple(tie('expression'), operator, tie('expression')).map(([a, op, b]) => `(${a} ${op} ${b})`),
    fc.tuple(tie('expression'), type).map(([a, to]) => `(${a})::${to}`),
    fc.tuple(name, fc.array(tie('expression'), { maxLength: 3 })).map(([f, args]) => `${f}(${args.join(', ')})`),
    fc.tuple(tie('expression'), tie('expression')).map(([a, b]) => `CASE WHEN ${a} THEN ${b} ELSE ${a} END`),
    tie('expression').map((a) => `(${a}) IS NOT NULL`),
    tie('expression').map((a) => `NOT ${a}`),
    tie('expression').map((a) => `-${a}`),
    fc.tuple(tie('expression'), tie('expression')).map(([a, b]) => `(${a} IN (${b}, ${a}))`),
    fc.tuple(tie('expression'), tie('expression')).map(([a, b]) => `(${a} BETWEEN ${b} AND ${a})`),
  ),
}));

const query = fc
  .tuple(
    expression,
    fc.option(expression),
    fc.option(expression),
    fc.option(expression),
    fc.option(expression),
    fc.boolean(),
  )
  .map(([item, where, group, having, order, distinct]) =>
    [
      `SELECT ${distinct ? 'DISTINCT ' : ''}${item} AS z FROM t`,
      where && `WHERE ${where}`,
      group && `GROUP BY ${group}`,
      having && `HAVING ${having}`,
      order && `ORDER BY ${order}`,
    ]
      .filter(Boolean)
      .join(' '),
  );

test('any text is bound to a plan that holds, or refused by a QueryError with its place', () => {
  fc.assert(
    fc.property(
      query,
      fc.constantFrom<readonly (string | number | null)[]>([], [1], ['x', null], [1.5, 2]),
      (sql, parameters) => {
        try {
          bind(sql, { parameters });
        } catch (error) {
          if (!isQueryError(error)) throw error;
          expect(error.kind).not.toBe('Internal');
          expect(error.span, `${error.message} (${sql})`).toBeDefined();
          const { start, end } = error.span!;
          expect(start >= 0 && start <= end && end <= sql.length).toBe(true);
        }
      },
    ),
    { numRuns: 1500 },
  );
});
