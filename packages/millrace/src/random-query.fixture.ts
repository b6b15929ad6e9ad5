import fc from 'fast-check';

/** Columns of the random tables, by what may be done with them. */
const COLUMNS = ['i', 'b', 's', 'f', 'd', 'w', 't', 'o'] as const;
const SUMMABLE = ['i', 'b', 'd', 'w'] as const;
const KEYS = ['i', 'b', 's', 'd', 't', 'o'] as const;

/** A table of every kind of column with nulls, made by DuckDB from its own seeded random numbers; few values make many duplicates. */
export function randomTableSql(numRows: number, numValues: number): string {
  const n = `(random() * ${numValues})::INTEGER`;
  const values: Readonly<Record<(typeof COLUMNS)[number], string>> = {
    i: n,
    b: `${n}::BIGINT * 1000000007`,
    s: `'v' || ${n}`,
    f: `${n} / 4.0::DOUBLE`,
    d: `(${n} / 4.0)::DECIMAL(12, 2)`,
    w: `(${n} / 4.0)::DECIMAL(30, 3)`,
    t: `DATE '1992-01-01' + ${n}`,
    o: 'random() < 0.5',
  };
  const columns = COLUMNS.map((name) => `CASE WHEN random() < 0.1 THEN NULL ELSE ${values[name]} END AS ${name}`);
  return `SELECT ${columns.join(', ')} FROM range(${numRows})`;
}

const condition = (side: fc.Arbitrary<string>): fc.Arbitrary<string> =>
  fc
    .tuple(
      side,
      fc.constantFrom(
        '#.i > 3',
        '#.b < 20000000000',
        "#.s LIKE 'v1%'",
        '#.f <= 10.5',
        '#.d BETWEEN 0.5 AND 20',
        '#.o',
        "#.t >= DATE '1992-02-01'",
        '#.i IS NOT NULL',
        "#.s IN ('v1', 'v2', 'v3')",
        'NOT #.o',
        '#.i IS NULL OR #.f > 2',
        '#.w > 1.5',
        '#.s IS DISTINCT FROM NULL',
        'CASE WHEN #.i > 5 THEN #.d > 2 ELSE #.o END',
        'coalesce(#.f, 0) + 1 > 3',
      ),
    )
    .map(([name, text]) => text.replaceAll('#', name));

const aggregate = (side: fc.Arbitrary<string>): fc.Arbitrary<string> =>
  fc
    .tuple(
      side,
      fc.constantFrom(...COLUMNS),
      fc.constantFrom(...SUMMABLE),
      fc.constantFrom(
        'count(*)',
        'count(#.@)',
        'sum(#.%)',
        'min(#.@)',
        'max(#.@)',
        'count(DISTINCT #.@)',
        'sum(#.f)',
        'sum(#.%) FILTER (WHERE #.o)',
        'bool_and(#.o)',
        'bool_or(#.o)',
        'sum(DISTINCT #.%)',
        'min(#.i + 1)',
        'sum(#.d * (1 - #.d))',
      ),
    )
    .map(([name, column, number, text]) => text.replaceAll('#', name).replaceAll('@', column).replaceAll('%', number));

/** A query over the tables `l` and `r`, and whether its order is given. */
export interface RandomQuery {
  readonly sql: string;
  readonly isOrdered: boolean;
}

/** Filters, joins, groups, distincts and orders, in a dialect that DuckDB and PostgreSQL understand alike. */
export const randomQuery: fc.Arbitrary<RandomQuery> = fc.boolean().chain((isJoin) => {
  const side = isJoin ? fc.constantFrom('l', 'r') : fc.constant('l');
  const column = fc.tuple(side, fc.constantFrom(...COLUMNS)).map(([name, c]) => `${name}.${c}`);
  const from = isJoin
    ? fc
        .tuple(
          fc.constantFrom('JOIN', 'LEFT JOIN', 'RIGHT JOIN', 'FULL JOIN'),
          fc.uniqueArray(fc.constantFrom(...KEYS), { minLength: 1, maxLength: 2 }),
        )
        .map(([kind, keys]) => `l ${kind} r ON ${keys.map((key) => `l.${key} = r.${key}`).join(' AND ')}`)
    : fc.constant('l');
  const where = fc
    .option(fc.tuple(condition(side), fc.option(fc.tuple(fc.constantFrom('AND', 'OR'), condition(side)))), {
      nil: undefined,
    })
    .map((parts) => (parts ? ` WHERE (${parts[0]})${parts[1] ? ` ${parts[1][0]} (${parts[1][1]})` : ''}` : ''));
  const grouped = fc
    .tuple(
      from,
      where,
      fc.uniqueArray(column, { maxLength: 3 }),
      fc.array(aggregate(side), { minLength: 1, maxLength: 4 }),
    )
    .map(([tables, filter, keys, aggregates]): RandomQuery => {
      const items = [...keys, ...aggregates].map((item, i) => `${item} AS c${i}`).join(', ');
      const by = keys.length > 0 ? ` GROUP BY ${keys.map((_, i) => i + 1).join(', ')}` : '';
      return { sql: `SELECT ${items} FROM ${tables}${filter}${by}`, isOrdered: false };
    });
  const order = fc.tuple(fc.constantFrom('', ' DESC'), fc.constantFrom('FIRST', 'LAST'));
  const listed = fc
    .tuple(
      from,
      where,
      fc.boolean(),
      fc.array(fc.tuple(column, order), { minLength: 1, maxLength: 4 }),
      fc.option(fc.tuple(fc.nat(50), fc.nat(20)), { nil: undefined }),
    )
    .map(([tables, filter, isDistinct, columns, page]): RandomQuery => {
      const items = columns.map(([name], i) => `${name} AS c${i}`).join(', ');
      const by = columns.map(([, [direction, nulls]], i) => `${i + 1}${direction} NULLS ${nulls}`).join(', ');
      const tail = page ? ` ORDER BY ${by} LIMIT ${page[0]} OFFSET ${page[1]}` : '';
      return {
        sql: `SELECT ${isDistinct ? 'DISTINCT ' : ''}${items} FROM ${tables}${filter}${tail}`,
        isOrdered: page !== undefined,
      };
    });
  return fc.oneof({ weight: 2, arbitrary: grouped }, { weight: 1, arbitrary: listed });
});
