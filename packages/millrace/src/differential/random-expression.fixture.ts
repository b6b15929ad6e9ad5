import fc from 'fast-check';

/** Kinds of types that random expressions have. Within one, PostgreSQL and DuckDB agree on every operation used here. */
export type Family = 'int' | 'decimal' | 'float' | 'text' | 'boolean' | 'date' | 'timestamp';

export const FAMILIES: readonly Family[] = ['int', 'decimal', 'float', 'text', 'boolean', 'date', 'timestamp'];

/** Columns that an expression may name, by family. */
export type Scope = Readonly<Record<Family, readonly string[]>>;

/** SQL that is known once its columns are: so that schema and expression shrink apart from each other. */
export type Sql = (scope: Scope) => string;

const constant =
  (sql: string): Sql =>
  () =>
    sql;

/** `sql(a, b)` of random parts. */
function build(parts: readonly fc.Arbitrary<Sql>[], sql: (...texts: string[]) => string): fc.Arbitrary<Sql> {
  return fc.tuple(...parts).map((arguments_) => (scope) => sql(...arguments_.map((argument) => argument(scope))));
}

const literals: Readonly<Record<Family, fc.Arbitrary<string>>> = {
  int: fc.integer({ min: -20, max: 20 }).map((n) => (n < 0 ? `(${n})` : String(n))),
  decimal: fc.integer({ min: -2000, max: 2000 }).map((n) => `CAST('${n / 100}' AS DECIMAL(9,2))`),
  float: fc.integer({ min: -40, max: 40 }).map((n) => `CAST('${n / 4}' AS DOUBLE PRECISION)`),
  text: fc.constantFrom('', 'a', 'b', 'ab', 'Abc', 'a_c', '50%', 'ä日', ' x ', "it''s").map((s) => `'${s}'`),
  boolean: fc.constantFrom('TRUE', 'FALSE'),
  date: fc.constantFrom('1969-12-31', '1970-01-01', '2000-02-29', '2024-03-31').map((d) => `DATE '${d}'`),
  timestamp: fc
    .constantFrom('1969-12-31 23:59:59.999999', '2000-02-29 00:00:00', '2024-03-31 12:34:56.5')
    .map((t) => `TIMESTAMP '${t}'`),
};

/** Names of the types as both engines know them. */
const SQL_TYPES: Readonly<Record<Family, string>> = {
  int: 'INTEGER',
  decimal: 'DECIMAL(9,2)',
  float: 'DOUBLE PRECISION',
  text: 'VARCHAR',
  boolean: 'BOOLEAN',
  date: 'DATE',
  timestamp: 'TIMESTAMP',
};

/** A column of the family; a literal or null where the scope has none. */
function leaf(family: Family): fc.Arbitrary<Sql> {
  const column = fc.tuple(fc.nat({ max: 11 }), literals[family]).map(
    ([index, literal]): Sql =>
      (scope) =>
        scope[family].length === 0 ? literal : scope[family][index % scope[family].length]!,
  );
  return fc.oneof(
    { weight: 12, arbitrary: column },
    { weight: 3, arbitrary: literals[family].map(constant) },
    { weight: 1, arbitrary: fc.constant(constant(`CAST(NULL AS ${SQL_TYPES[family]})`)) },
  );
}

// An escape is named because DuckDB has none by default.
const PATTERNS = ["'%'", "'a%'", "'%b'", "'%b%'", "'_'", "'a_c'", "'A%'", "'%日'", "''", "'ab'", "'%\\_%' ESCAPE '\\'"];
const COMPARISONS = ['=', '<>', '<', '<=', '>', '>=', 'IS DISTINCT FROM', 'IS NOT DISTINCT FROM'];
const smallCount = fc.integer({ min: 0, max: 5 }).map((n) => constant(String(n)));

/** Random expressions of each family, at most `depth` operations deep. */
export function expressions(depth: number): Readonly<Record<Family, fc.Arbitrary<Sql>>> {
  const leaves = Object.fromEntries(FAMILIES.map((family) => [family, leaf(family)])) as Record<
    Family,
    fc.Arbitrary<Sql>
  >;
  return depth === 0 ? leaves : deeper(leaves, expressions(depth - 1));
}

function deeper(
  leaves: Readonly<Record<Family, fc.Arbitrary<Sql>>>,
  inner: Readonly<Record<Family, fc.Arbitrary<Sql>>>,
): Readonly<Record<Family, fc.Arbitrary<Sql>>> {
  const { int, decimal, float, text, boolean, date, timestamp } = inner;
  const operations: Readonly<Record<Family, readonly fc.Arbitrary<Sql>[]>> = {
    int: [
      build([int, int], (a, b) => `(${a} + ${b})`),
      build([int, int], (a, b) => `(${a} - ${b})`),
      build([int, literals.int.map(constant)], (a, b) => `(${a} * ${b})`),
      build([int, fc.constantFrom(...['2', '3', '(-7)'].map(constant))], (a, b) => `(${a} % ${b})`),
      build([int], (a) => `abs(${a})`),
      build([int], (a) => `(- ${a})`),
      build([text], (a) => `CAST(length(${a}) AS INTEGER)`),
      build([date], (a) => `CAST(extract(year FROM ${a}) AS INTEGER)`),
      build([timestamp], (a) => `CAST(extract(month FROM ${a}) AS INTEGER)`),
      build([decimal], (a) => `CAST(${a} AS INTEGER)`),
    ],
    decimal: [
      build([decimal, decimal], (a, b) => `CAST(${a} + ${b} AS DECIMAL(12,2))`),
      build([decimal, decimal], (a, b) => `CAST(${a} - ${b} AS DECIMAL(12,2))`),
      build([decimal, literals.decimal.map(constant)], (a, b) => `CAST(${a} * ${b} AS DECIMAL(14,3))`),
      build([decimal], (a) => `abs(${a})`),
      build([decimal], (a) => `round(${a}, 1)`),
      build([int], (a) => `CAST(${a} AS DECIMAL(12,2))`),
    ],
    float: [
      build([float, float], (a, b) => `(${a} + ${b})`),
      build([float, literals.float.map(constant)], (a, b) => `(${a} * ${b})`),
      build([float], (a) => `abs(${a})`),
      build([float], (a) => `floor(${a})`),
      build([int], (a) => `CAST(${a} AS DOUBLE PRECISION)`),
      build([float, int], (a, b) => `(${a} / nullif(CAST(${b} AS DOUBLE PRECISION), 0))`),
    ],
    text: [
      build([text, text], (a, b) => `(${a} || ${b})`),
      build([text], (a) => `upper(${a})`),
      build([text], (a) => `lower(${a})`),
      build([text], (a) => `trim(${a})`),
      build([text, smallCount, smallCount], (a, start, count) => `substr(${a}, ${start} + 1, ${count})`),
      build([text, smallCount], (a, count) => `left(${a}, ${count})`),
      build([text, smallCount], (a, count) => `right(${a}, ${count})`),
      build([text, literals.text.map(constant)], (a, b) => `replace(${a}, 'a', ${b})`),
      build([int], (a) => `CAST(${a} AS VARCHAR)`),
      build([date], (a) => `CAST(${a} AS VARCHAR)`),
      build([boolean], (a) => `CAST(${a} AS VARCHAR)`),
    ],
    boolean: [
      ...FAMILIES.flatMap((family) => [
        build(
          [inner[family], inner[family], fc.constantFrom(...COMPARISONS.map(constant))],
          (a, b, op) => `(${a} ${op} ${b})`,
        ),
        build([inner[family]], (a) => `(${a} IS NULL)`),
      ]),
      build([int, int, int], (a, b, c) => `(${a} BETWEEN ${b} AND ${c})`),
      build([int, decimal], (a, b) => `(${a} < ${b})`),
      build([float, decimal], (a, b) => `(${a} >= ${b})`),
      build([int, float], (a, b) => `(${a} = ${b})`),
      build([date, timestamp], (a, b) => `(${a} <= ${b})`),
      inList('int'),
      inList('text'),
      inList('date'),
      build([text, fc.constantFrom(...PATTERNS.map(constant))], (a, p) => `(${a} LIKE ${p})`),
      build([text, fc.constantFrom(...PATTERNS.map(constant))], (a, p) => `(${a} NOT LIKE ${p})`),
      build([boolean, boolean], (a, b) => `(${a} AND ${b})`),
      build([boolean, boolean], (a, b) => `(${a} OR ${b})`),
      build([boolean], (a) => `(NOT ${a})`),
      build([boolean], (a) => `(${a} IS TRUE)`),
    ],
    date: [
      build([date, smallCount], (a, n) => `(${a} + ${n})`),
      build([date, smallCount], (a, n) => `(${a} - ${n})`),
      build([timestamp], (a) => `CAST(${a} AS DATE)`),
    ],
    timestamp: [
      build([date], (a) => `CAST(${a} AS TIMESTAMP)`),
      build([timestamp], (a) => `(${a} + INTERVAL '1 month')`),
      build([timestamp], (a) => `(${a} - INTERVAL '36 hours')`),
      build([timestamp], (a) => `date_trunc('month', ${a})`),
    ],
  };
  const all = FAMILIES.map((family) => {
    const same = inner[family];
    const choices = [
      { weight: 6, arbitrary: leaves[family] },
      ...operations[family].map((arbitrary) => ({ weight: family === 'boolean' ? 1 : 2, arbitrary })),
      { weight: 1, arbitrary: build([boolean, same, same], (c, a, b) => `CASE WHEN ${c} THEN ${a} ELSE ${b} END`) },
      { weight: 1, arbitrary: build([boolean, same], (c, a) => `CASE WHEN ${c} THEN ${a} END`) },
      { weight: 1, arbitrary: build([same, same], (a, b) => `coalesce(${a}, ${b})`) },
      { weight: 1, arbitrary: build([same, same], (a, b) => `nullif(${a}, ${b})`) },
    ];
    return [family, fc.oneof({ withCrossShrink: true }, ...choices)] as const;
  });
  return Object.fromEntries(all) as Record<Family, fc.Arbitrary<Sql>>;

  function inList(family: Family): fc.Arbitrary<Sql> {
    const items = fc.array(literals[family], { minLength: 1, maxLength: 6 });
    return fc.tuple(inner[family], items, fc.constantFrom('IN', 'NOT IN'), fc.boolean()).map(
      ([value, list, operator, withNull]): Sql =>
        (scope) =>
          `(${value(scope)} ${operator} (${[...list, ...(withNull ? ['NULL'] : [])].join(', ')}))`,
    );
  }
}
