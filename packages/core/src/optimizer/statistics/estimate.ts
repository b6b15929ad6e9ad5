import type { ColumnId, Expression } from '../../expression/index.ts';
import { type JoinNode, type LogicalPlan, scannedColumns } from '../../logical/index.ts';
import type { LiteralValue } from '../../types/index.ts';

/** What the optimizer believes of the rows that a node gives. */
export interface Estimate {
  readonly rows: number;
  readonly columns: ReadonlyMap<ColumnId, ColumnEstimate>;
}

export interface ColumnEstimate {
  readonly numDistinct: number;
  readonly min: number | undefined;
  readonly max: number | undefined;
}

/** Rows of a table that says nothing of itself. */
const UNKNOWN_TABLE_ROWS = 100_000;

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
        columns.set(id, { numDistinct: Math.max(1, statistics.numDistinct ?? likely), min, max });
      });
      const rows = plan.filters.reduce((left, part) => left * selectivity(part, columns), tableRows);
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
        columns.set(id, known ?? { numDistinct: input.rows, min: undefined, max: undefined });
      });
      return { rows: input.rows, columns };
    }
    case 'Expand': {
      const input = estimate(plan.input);
      const columns = new Map<ColumnId, ColumnEstimate>();
      plan.columns.forEach(({ id }, i) => {
        const sources = plan.projections.map((list) => list[i]!);
        const source = sources.find(({ kind }) => kind === 'column');
        const known = source?.kind === 'column' ? input.columns.get(source.id) : undefined;
        if (known) columns.set(id, known);
        else if (!source) columns.set(id, { numDistinct: sources.length, min: undefined, max: undefined });
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
        .map((numDistinct, i) => [
          columns[i]!.id,
          { numDistinct: Math.min(numDistinct, rows), min: undefined, max: undefined },
        ]),
    ),
  };
}

function joined(join: JoinNode): Estimate {
  const left = estimate(join.left);
  if (join.type === 'mark') return left;
  const right = estimate(join.right);
  let rows = left.rows * right.rows;
  for (const { left: l, right: r } of join.on) {
    rows /= Math.max(1, distinctOf(l, left), distinctOf(r, right));
  }
  const columns = new Map([...left.columns, ...right.columns]);
  if (join.residual) rows *= selectivity(join.residual, columns);
  if (join.type === 'left' || join.type === 'full') rows = Math.max(rows, left.rows);
  if (join.type === 'right' || join.type === 'full') rows = Math.max(rows, right.rows);
  if (join.type === 'semi') rows = Math.min(left.rows, rows);
  if (join.type === 'anti') rows = Math.max(left.rows * SELECTIVITY.equality, left.rows - rows);
  return limited({ rows, columns });
}

/** Distinct values of a join key; one without statistics counts as unique. */
function distinctOf(key: Expression, side: Estimate): number {
  return key.kind === 'column' ? (side.columns.get(key.id)?.numDistinct ?? side.rows) : side.rows;
}

function limited({ rows, columns }: Estimate): Estimate {
  return {
    rows,
    columns: new Map(
      [...columns].map(([id, c]) => [id, c.numDistinct > rows ? { ...c, numDistinct: Math.max(1, rows) } : c]),
    ),
  };
}

/** The share of rows for which a predicate is true. */
function selectivity(predicate: Expression, columns: ReadonlyMap<ColumnId, ColumnEstimate>): number {
  switch (predicate.kind) {
    case 'literal':
      return predicate.value === true ? 1 : 0;
    case 'and':
      return predicate.args.reduce((share, arg) => share * selectivity(arg, columns), 1);
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
