import fc from 'fast-check';

/** Columns of the tables that random window functions are computed over: `id` is unique, all others have nulls and repetitions. */
export const WINDOW_TABLE_COLUMNS =
  'id INTEGER, g INTEGER, k INTEGER, v INTEGER, f DOUBLE, s VARCHAR, d DATE, b BOOLEAN';

const orNull = (values: fc.Arbitrary<string>) => fc.oneof({ weight: 6, arbitrary: values }, fc.constant('NULL'));
const integer = (min: number, max: number) => fc.integer({ min, max }).map(String);

/** A row of literals without its `id`. */
export const randomWindowRow: fc.Arbitrary<string> = fc
  .tuple(
    orNull(integer(0, 2)),
    orNull(integer(-2, 4)),
    orNull(integer(-100, 100)),
    // Quarters add up exactly whatever the order of the rows is.
    orNull(integer(-40, 40).map((n) => String(Number(n) / 4))),
    orNull(fc.constantFrom("''", "'a'", "'ab'", "'b'", "'a longer text, of 30 letters or so'", "'ä日本'")),
    orNull(integer(0, 70).map((days) => `DATE '2024-01-20' + ${days}`)),
    orNull(fc.constantFrom('TRUE', 'FALSE')),
  )
  .map((values) => values.join(', '));

const order = fc
  .tuple(fc.constantFrom('k', 's', 'd', 'f', 'v % 3'), fc.constantFrom('', ' DESC'), fc.constantFrom('FIRST', 'LAST'))
  .map(([key, direction, nulls]) => `${key}${direction} NULLS ${nulls}`);
const orders = fc.array(order, { minLength: 0, maxLength: 2 });

const partition = fc.subarray(['g', 'b', 'v % 2'], { maxLength: 2 });

interface Offset {
  readonly size: number;
  readonly text: string;
}

interface Bound {
  /** From UNBOUNDED PRECEDING to UNBOUNDED FOLLOWING. */
  readonly rank: number;
  readonly text: string;
}

/** Bounds in their order: DuckDB's frames that end before they begin are not always empty where they have EXCLUDE. */
const frameBounds = (offsets: fc.Arbitrary<Offset>): fc.Arbitrary<string> => {
  const bound = fc.oneof(
    fc.constant<Bound>({ rank: 0, text: 'CURRENT ROW' }),
    offsets.map(({ size, text }): Bound => ({ rank: -size - 1, text: `${text} PRECEDING` })),
    offsets.map(({ size, text }): Bound => ({ rank: size + 1, text: `${text} FOLLOWING` })),
  );
  const starts = fc.oneof(
    { weight: 3, arbitrary: bound },
    fc.constant<Bound>({ rank: -1000, text: 'UNBOUNDED PRECEDING' }),
  );
  const ends = fc.oneof(
    { weight: 3, arbitrary: bound },
    fc.constant<Bound>({ rank: 1000, text: 'UNBOUNDED FOLLOWING' }),
  );
  return fc
    .tuple(starts, ends)
    .map(([start, end]) => `BETWEEN ${start.text} AND ${start.rank <= end.rank ? end.text : 'UNBOUNDED FOLLOWING'}`);
};
const numberOffset = (max: number) => fc.integer({ min: 0, max }).map((size): Offset => ({ size, text: String(size) }));
const INTERVALS = ["INTERVAL '1 day'", "INTERVAL '10 days'", "INTERVAL '1 month'"];
const intervalOffset = fc.nat({ max: INTERVALS.length - 1 }).map((size): Offset => ({ size, text: INTERVALS[size]! }));

const exclude = fc.constantFrom(
  '',
  '',
  ' EXCLUDE CURRENT ROW',
  ' EXCLUDE GROUP',
  ' EXCLUDE TIES',
  ' EXCLUDE NO OTHERS',
);
const counts = fc.oneof(numberOffset(3), numberOffset(90));

interface Window {
  readonly orderBy: readonly string[];
  readonly frame: string;
}

/** Windows of which every row's frame is the same whatever order rows come in that are equal in ORDER BY. */
const peerWindow: fc.Arbitrary<Window> = fc.oneof(
  orders.map((orderBy) => ({ orderBy, frame: '' })),
  fc
    .tuple(fc.array(order, { minLength: 1, maxLength: 2 }), frameBounds(counts), exclude)
    .map(([orderBy, bounds, out]) => ({ orderBy, frame: ` GROUPS ${bounds}${out}` })),
  fc
    .tuple(fc.constantFrom('', ' DESC'), fc.constantFrom('FIRST', 'LAST'), frameBounds(numberOffset(3)), exclude)
    .map(([direction, nulls, bounds, out]) => ({
      orderBy: [`k${direction} NULLS ${nulls}`],
      frame: ` RANGE ${bounds}${out}`,
    })),
  fc
    .tuple(fc.constantFrom('', ' DESC'), frameBounds(intervalOffset), exclude)
    .map(([direction, bounds, out]) => ({ orderBy: [`d${direction} NULLS LAST`], frame: ` RANGE ${bounds}${out}` })),
);

/** Windows in which no two rows are equal. */
const totalWindow: fc.Arbitrary<Window> = fc.oneof(
  fc
    .tuple(orders, frameBounds(counts), exclude)
    .map(([orderBy, bounds, out]) => ({ orderBy: [...orderBy, 'id'], frame: ` ROWS ${bounds}${out}` })),
  orders.map((orderBy) => ({ orderBy: [...orderBy, 'id'], frame: '' })),
);

const AGGREGATES = [
  ...['count(*)', 'count(s)', 'sum(v)', 'sum(f)', 'avg(v)', 'avg(f)', 'min(s)', 'max(s)', 'min(d)', 'max(f)', 'min(v)'],
  ...['bool_and(b)', 'bool_or(b)', 'bit_xor(v)', 'sum(v::BIGINT * 1000000000)', 'sum((v / 4.0)::DECIMAL(10,2))'],
];
const filter = fc.constantFrom('', '', '', ' FILTER (WHERE v > 0)', ' FILTER (WHERE b)');
const aggregate = fc.tuple(fc.constantFrom(...AGGREGATES), filter).map((parts) => parts.join(''));

const PEER_FUNCTIONS = ['rank()', 'dense_rank()', 'percent_rank()', 'cume_dist()'];
const TOTAL_FUNCTIONS = [
  ...[
    'row_number()',
    'ntile(3)',
    'ntile(100)',
    'lag(v)',
    'lead(s)',
    "lag(s, 2, 'none')",
    'lead(f, -1, 0.5)',
    'lag(d, 40)',
  ],
  ...['first_value(s)', 'last_value(v)', 'nth_value(f, 2)', 'nth_value(s, 30)', "string_agg(s, '-')", 'first_value(b)'],
];

const call: fc.Arbitrary<string> = fc
  .tuple(
    partition,
    fc.oneof(
      fc.tuple(aggregate, fc.oneof(peerWindow, totalWindow)),
      fc.tuple(fc.constantFrom(...PEER_FUNCTIONS), peerWindow),
      fc.tuple(fc.constantFrom(...TOTAL_FUNCTIONS), totalWindow),
    ),
  )
  .map(([partitionBy, [fn, { orderBy, frame }]]) => {
    const keys = partitionBy.length > 0 ? `PARTITION BY ${partitionBy.join(', ')} ` : '';
    const sort = orderBy.length > 0 ? `ORDER BY ${orderBy.join(', ')}` : '';
    return `${fn} OVER (${keys}${sort}${frame})`;
  });

/** A query over table `t` whose answer is the same in every engine, in any order of rows. */
export const randomWindowQuery: fc.Arbitrary<string> = fc
  .tuple(
    fc.array(call, { minLength: 1, maxLength: 4 }),
    fc.constantFrom('', '', ' WHERE v > 0', ' WHERE g IS NOT NULL'),
  )
  .map(([calls, where]) => `SELECT id, ${calls.map((text, i) => `${text} AS c${i}`).join(', ')} FROM t${where}`);
