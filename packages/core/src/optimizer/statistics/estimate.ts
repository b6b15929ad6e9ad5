import type { ColumnId, Expression, SetCall } from '../../expression/index.ts';
import { type EquiCondition, type JoinNode, type LogicalPlan, scannedColumns } from '../../logical/index.ts';
import type { LiteralValue } from '../../types/index.ts';

/** What the optimizer believes of the rows that a node gives. */
export interface Estimate {
  readonly rows: number;
  readonly columns: ReadonlyMap<ColumnId, ColumnEstimate>;
}

export interface ColumnEstimate {
  readonly numDistinct: number;
  /** Distinct values of the column of the table, before anything was filtered, and the rows of that table. */
  readonly domain: number;
  readonly tableRows: number;
  readonly min: number | undefined;
  readonly max: number | undefined;
  /** Rows with nearby values lie close together. */
  readonly isClustered?: boolean | undefined;
}

/** Rows of a table that says nothing of itself. */
const UNKNOWN_TABLE_ROWS = 100_000;

/** Rounds of a recursive query, and rows that one of them gives. */
const RECURSIVE_ROUNDS = 10;
const WORK_TABLE_ROWS = 100;

/** Elements of an array that nothing is known of. */
const ARRAY_ELEMENTS = 10;

/** System R's guesses (Selinger et al., 1979) where statistics say nothing. */
const SELECTIVITY = { equality: 0.1, range: 1 / 3, like: 0.1, other: 0.25, isNull: 0.05 } as const;

const cache = new WeakMap<LogicalPlan, Estimate>();

/** Rows and distinct values of what a plan gives, from row counts and bounds; uniform and independent throughout. */
export function estimate(plan: LogicalPlan): Estimate {
  let result = cache.get(plan);
  if (!result) {
    result = compute(plan);
    cache.set(plan, result);
  }
  return result;
}

function compute(plan: LogicalPlan): Estimate {
  switch (plan.kind) {
    case 'Scan': {
      const tableRows = plan.table.numRows ?? UNKNOWN_TABLE_ROWS;
      const columns = new Map<ColumnId, ColumnEstimate>();
      const scanned = scannedColumns(plan);
      scanned.columns.forEach(({ id, type }, i) => {
        const statistics = plan.table.statistics(scanned.source[i]!);
        const min = asNumber(statistics.min);
        const max = asNumber(statistics.max);
        const span = isDiscrete(type.id) && min !== undefined && max !== undefined ? max - min + 1 : tableRows;
        const likely = Math.min(tableRows, span, statistics.likelyDistinct ?? tableRows);
        const numDistinct = Math.max(1, statistics.numDistinct ?? likely);
        const { isClustered } = statistics;
        columns.set(id, { numDistinct, domain: numDistinct, tableRows, min, max, isClustered });
      });
      const rows = tableRows * conjunctionSelectivity(plan.filters, columns);
      return limited({ rows: Math.min(rows, plan.limit ?? Number.POSITIVE_INFINITY), columns });
    }
    case 'Values':
      return { rows: plan.rows.length, columns: new Map() };
    case 'Filter': {
      const input = estimate(plan.input);
      return limited({ ...input, rows: input.rows * selectivity(plan.predicate, input.columns) });
    }
    case 'Project': {
      const input = estimate(plan.input);
      const columns = new Map<ColumnId, ColumnEstimate>();
      plan.columns.forEach(({ id }, i) => {
        const expression = plan.expressions[i]!;
        const known = expression.kind === 'column' ? input.columns.get(expression.id) : undefined;
        columns.set(id, known ?? unknownColumn(input.rows));
      });
      return { rows: input.rows, columns };
    }
    case 'ProjectSet': {
      const input = estimate(plan.input);
      const each = Math.max(1, ...plan.calls.map(rowsOfCall));
      return { rows: input.rows * each, columns: input.columns };
    }
    case 'Recursive':
      return { rows: estimate(plan.anchor).rows * RECURSIVE_ROUNDS, columns: new Map() };
    case 'WorkTable':
      return { rows: WORK_TABLE_ROWS, columns: new Map() };
    case 'Expand': {
      const input = estimate(plan.input);
      const columns = new Map<ColumnId, ColumnEstimate>();
      plan.columns.forEach(({ id }, i) => {
        const sources = plan.projections.map((list) => list[i]!);
        const source = sources.find(({ kind }) => kind === 'column');
        const known = source?.kind === 'column' ? input.columns.get(source.id) : undefined;
        if (known) columns.set(id, known);
        else if (!source) columns.set(id, unknownColumn(sources.length));
      });
      return { rows: input.rows * plan.projections.length, columns };
    }
    case 'Aggregate':
      return grouped(plan.groupBy, estimate(plan.input), plan.columns);
    case 'Distinct':
      return grouped(
        plan.columns.map(({ id, name, type }) => ({ kind: 'column', id, name, type })),
        estimate(plan.input),
        plan.columns,
      );
    case 'Join':
      return joined(plan);
    case 'DependentJoin':
    case 'Sort':
    case 'Window':
      return estimate(plan.input);
    case 'TopN':
    case 'Limit': {
      const input = estimate(plan.input);
      const rows = Math.max(0, input.rows - plan.offset);
      return limited({ ...input, rows: Math.min(rows, plan.limit ?? rows) });
    }
    case 'LimitBy': {
      const input = estimate(plan.input);
      const groups = grouped(plan.by, input, []).rows;
      return limited({ ...input, rows: Math.min(input.rows, groups * (plan.limit ?? input.rows)) });
    }
    case 'Union':
      return { rows: plan.inputs.reduce((sum, input) => sum + estimate(input).rows, 0), columns: new Map() };
  }
}

/** Rows of a call that gives rows: a series between constants is known, an array may have ten elements. */
function rowsOfCall({ name, args }: SetCall): number {
  const [start, stop, step] = args.map((arg) => (arg.kind === 'literal' ? asNumber(arg.value) : undefined));
  if (name !== 'generate_series' || start === undefined || stop === undefined || !step) return ARRAY_ELEMENTS;
  return Math.max(0, Math.floor((stop - start) / step) + 1);
}

function grouped(keys: readonly Expression[], input: Estimate, columns: LogicalPlan['columns']): Estimate {
  const distinct = keys.map((key) =>
    key.kind === 'column' ? (input.columns.get(key.id)?.numDistinct ?? input.rows) : Math.sqrt(input.rows),
  );
  const rows =
    keys.length === 0
      ? 1
      : Math.min(
          input.rows,
          distinct.reduce((product, n) => product * n, 1),
        );
  return {
    rows,
    columns: new Map(
      distinct
        .slice(0, columns.length)
        .map((numDistinct, i) => [columns[i]!.id, groupedColumn(keys[i]!, Math.min(numDistinct, rows), input)]),
    ),
  };
}

/** A key of a grouping: the same values, but each of them in fewer rows. */
function groupedColumn(key: Expression, numDistinct: number, input: Estimate): ColumnEstimate {
  const known = key.kind === 'column' ? input.columns.get(key.id) : undefined;
  return known ? { ...known, numDistinct } : unknownColumn(numDistinct);
}

function unknownColumn(numDistinct: number): ColumnEstimate {
  return { numDistinct, domain: numDistinct, tableRows: numDistinct, min: undefined, max: undefined };
}

function joined(join: JoinNode): Estimate {
  const left = estimate(join.left);
  if (join.type === 'mark') return left;
  const right = estimate(join.right);
  const columns = new Map([...left.columns, ...right.columns]);
  if (join.type === 'semi' || join.type === 'anti') {
    let share = matchedShare(join.on, left, right);
    if (join.residual) share *= selectivity(join.residual, columns);
    const rows = left.rows * (join.type === 'semi' ? share : Math.max(SELECTIVITY.equality, 1 - share));
    return limited({ rows, columns: left.columns });
  }
  let rows = (left.rows * right.rows) / joinDomain(join.on, left, right);
  for (const { left: l, right: r } of join.on) {
    const [a, b] = [columnOf(l, left), columnOf(r, right)];
    if (!a || !b || l.kind !== 'column' || r.kind !== 'column') continue;
    const numDistinct = Math.min(a.numDistinct, b.numDistinct);
    if (join.type === 'inner' || join.type === 'right') columns.set(l.id, { ...a, numDistinct });
    if (join.type === 'inner' || join.type === 'left') columns.set(r.id, { ...b, numDistinct });
  }
  if (join.residual) rows *= selectivity(join.residual, columns);
  if (join.type === 'left' || join.type === 'full') rows = Math.max(rows, left.rows);
  if (join.type === 'right' || join.type === 'full') rows = Math.max(rows, right.rows);
  return limited({ rows, columns });
}

function columnOf(key: Expression, side: Estimate): ColumnEstimate | undefined {
  return key.kind === 'column' ? side.columns.get(key.id) : undefined;
}

/**
 * The number of values that the keys of a join are drawn from: a row of one side meets a row of the other with one chance in so many. Keys
 * of several columns have no more values than the smaller of the tables has rows, as a foreign key has none that its table lacks.
 */
function joinDomain(on: readonly EquiCondition[], left: Estimate, right: Estimate): number {
  const domains = on.map(({ left: l, right: r }) => {
    const sides = [columnOf(l, left)?.domain ?? left.rows, columnOf(r, right)?.domain ?? right.rows];
    return Math.max(1, ...sides);
  });
  const all = domains.reduce((product, domain) => product * domain, 1);
  if (domains.length < 2) return all;
  const tableRows = (keys: readonly Expression[], side: Estimate) =>
    Math.max(1, ...keys.map((key) => columnOf(key, side)?.tableRows ?? side.rows));
  const leftRows = tableRows(
    on.map((condition) => condition.left),
    left,
  );
  const rightRows = tableRows(
    on.map((condition) => condition.right),
    right,
  );
  return Math.min(all, Math.max(...domains, Math.min(leftRows, rightRows)));
}

/** The share of the rows of the left side that have a match. */
function matchedShare(on: readonly EquiCondition[], left: Estimate, right: Estimate): number {
  if (right.rows < 1) return right.rows;
  let share = 1;
  for (const { left: l, right: r } of on) {
    const wanted = columnOf(l, left)?.domain ?? left.rows;
    const there = columnOf(r, right)?.numDistinct ?? right.rows;
    share = Math.min(share, there / Math.max(1, wanted));
  }
  return share;
}

function limited({ rows, columns }: Estimate): Estimate {
  return {
    rows,
    columns: new Map(
      [...columns].map(([id, c]) => [id, c.numDistinct > rows ? { ...c, numDistinct: Math.max(1, rows) } : c]),
    ),
  };
}

/**
 * The share of rows for which all conjuncts are true: independent of each other, except that a lower and an upper bound of one column are one
 * range.
 */
function conjunctionSelectivity(
  conjuncts: readonly Expression[],
  columns: ReadonlyMap<ColumnId, ColumnEstimate>,
): number {
  const ranges = new Map<ColumnId, { readonly above: number; readonly below: number }>();
  let share = 1;
  for (const conjunct of conjuncts) {
    const own = selectivity(conjunct, columns);
    const bound = conjunct.kind === 'call' ? boundedColumn(conjunct.name, conjunct.args, columns) : undefined;
    if (!bound) {
      share *= own;
      continue;
    }
    const { above, below } = ranges.get(bound.id) ?? { above: 1, below: 1 };
    const range = bound.isUpper ? { above, below: Math.min(below, own) } : { above: Math.min(above, own), below };
    ranges.set(bound.id, range);
  }
  for (const [id, { above, below }] of ranges) {
    const { numDistinct } = columns.get(id)!;
    share *= above === 1 || below === 1 ? above * below : Math.max(1 / numDistinct, above + below - 1);
  }
  return share;
}

/** The column that a comparison with a literal bounds, and whether from above, where its own range is known. */
function boundedColumn(
  name: string,
  [first, second]: readonly Expression[],
  columns: ReadonlyMap<ColumnId, ColumnEstimate>,
): { readonly id: ColumnId; readonly isUpper: boolean } | undefined {
  if (!['<', '<=', '>', '>='].includes(name) || !first || !second) return undefined;
  const [column, literal] = first.kind === 'literal' ? [second, first] : [first, second];
  if (column.kind !== 'column' || literal.kind !== 'literal' || asNumber(literal.value) === undefined) return undefined;
  const known = columns.get(column.id);
  if (known?.min === undefined || known.max === undefined) return undefined;
  return { id: column.id, isUpper: name.startsWith('<') === (column === first) };
}

/** The share of rows for which a predicate is true. */
function selectivity(predicate: Expression, columns: ReadonlyMap<ColumnId, ColumnEstimate>): number {
  switch (predicate.kind) {
    case 'literal':
      return predicate.value === true ? 1 : 0;
    case 'and':
      return conjunctionSelectivity(predicate.args, columns);
    case 'or':
      return 1 - predicate.args.reduce((share, arg) => share * (1 - selectivity(arg, columns)), 1);
    case 'not':
      return 1 - selectivity(predicate.arg, columns);
    case 'is-null':
      return predicate.negated ? 1 - SELECTIVITY.isNull : SELECTIVITY.isNull;
    case 'in-list': {
      const { arg } = predicate;
      const distinct = arg.kind === 'column' ? columns.get(arg.id)?.numDistinct : undefined;
      const share = Math.min(1, predicate.values.length * (distinct ? 1 / distinct : SELECTIVITY.equality));
      return predicate.negated ? 1 - share : share;
    }
    case 'call':
      return comparisonSelectivity(predicate.name, predicate.args, columns);
    default:
      return SELECTIVITY.other;
  }
}

function comparisonSelectivity(
  name: string,
  args: readonly Expression[],
  columns: ReadonlyMap<ColumnId, ColumnEstimate>,
): number {
  const swapped = args[0]?.kind === 'literal';
  const column = swapped ? args[1] : args[0];
  const literal = swapped ? args[0] : args[1];
  const known = column?.kind === 'column' ? columns.get(column.id) : undefined;
  switch (name) {
    case '=':
      return known ? 1 / known.numDistinct : SELECTIVITY.equality;
    case '<>':
      return known ? 1 - 1 / known.numDistinct : 1 - SELECTIVITY.equality;
    case '<':
    case '<=':
    case '>':
    case '>=': {
      const value = literal?.kind === 'literal' ? asNumber(literal.value) : undefined;
      if (known?.min === undefined || known.max === undefined || value === undefined) return SELECTIVITY.range;
      const below = Math.min(1, Math.max(0, (value - known.min) / (known.max - known.min || 1)));
      return name.startsWith('<') !== swapped ? below : 1 - below;
    }
    case '~~':
    case '~~*':
      return SELECTIVITY.like;
    case '!~~':
    case '!~~*':
      return 1 - SELECTIVITY.like;
    default:
      return SELECTIVITY.other;
  }
}

function asNumber(value: LiteralValue | undefined): number | undefined {
  return typeof value === 'number' || typeof value === 'bigint' ? Number(value) : undefined;
}

function isDiscrete(id: string): boolean {
  return id.startsWith('int') ? id !== 'interval' : id.startsWith('uint') || id === 'date';
}
