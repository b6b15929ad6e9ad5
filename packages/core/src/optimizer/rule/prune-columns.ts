import type { ColumnId, Expression } from '../../expression/index.ts';
import { collectColumns, expressionsOfAggregate } from '../../expression/traverse.ts';
import { type LogicalPlan, scannedColumns, windowExpressions } from '../../logical/index.ts';
import type { Rule } from '../rule.ts';

/**
 * Drops the columns that nothing above needs, down to the scans.
 *
 * ```
 * Project a                    →    Project a
 * └─ Filter b > 1                   └─ Filter b > 1
 *    └─ Scan t [a, b, c, d]            └─ Scan t [a, b]
 * ```
 *
 * Columns that a scan only needs for its own filters are read, but given to nobody.
 */
export const pruneColumns: Rule = {
  name: 'prune-columns',
  apply: (plan) => prune(plan, new Set(plan.columns.map(({ id }) => id))),
};

type Needed = ReadonlySet<ColumnId>;

function needing(needed: Needed, expressions: readonly (Expression | undefined)[]): Set<ColumnId> {
  const all = new Set(needed);
  for (const expression of expressions) if (expression) collectColumns(expression, all);
  return all;
}

/** The plan with at least the needed columns, in their old order. */
function prune(plan: LogicalPlan, needed: Needed): LogicalPlan {
  switch (plan.kind) {
    case 'Scan': {
      const { columns, source } = scannedColumns(plan);
      const filtered = needing(new Set(), plan.filters);
      const pick = (test: (id: ColumnId) => boolean) => {
        const kept = columns.map((_, i) => i).filter((i) => test(columns[i]!.id));
        return { columns: kept.map((i) => columns[i]!), source: kept.map((i) => source[i]!) };
      };
      const given = pick((id) => needed.has(id));
      const filterOnly = pick((id) => filtered.has(id) && !needed.has(id));
      if (given.columns.length === plan.columns.length) return plan;
      return { ...plan, ...given, filterOnly: filterOnly.columns.length > 0 ? filterOnly : undefined };
    }
    case 'Values': {
      const kept = plan.columns.map((_, i) => i).filter((i) => needed.has(plan.columns[i]!.id));
      if (kept.length === plan.columns.length) return plan;
      return {
        ...plan,
        columns: kept.map((i) => plan.columns[i]!),
        rows: plan.rows.map((row) => kept.map((i) => row[i]!)),
      };
    }
    case 'Filter': {
      const input = prune(plan.input, needing(needed, [plan.predicate]));
      return input === plan.input ? plan : { ...plan, columns: input.columns, input };
    }
    case 'Project': {
      const kept = plan.columns.map((_, i) => i).filter((i) => needed.has(plan.columns[i]!.id));
      const expressions = kept.map((i) => plan.expressions[i]!);
      const input = prune(plan.input, needing(new Set(), expressions));
      if (input === plan.input && kept.length === plan.columns.length) return plan;
      return { ...plan, columns: kept.map((i) => plan.columns[i]!), expressions, input };
    }
    case 'ProjectSet': {
      // Calls stay: each of them says how many rows there are.
      const input = prune(
        plan.input,
        needing(
          needed,
          plan.calls.flatMap(({ args }) => args),
        ),
      );
      if (input === plan.input) return plan;
      return { ...plan, columns: [...input.columns, ...plan.columns.slice(plan.input.columns.length)], input };
    }
    case 'WorkTable':
      return plan;
    case 'Recursive': {
      // Each round needs all columns of the one before.
      const whole = (input: LogicalPlan) =>
        exactly(
          input,
          input.columns.map(({ id }) => id),
        );
      const anchor = whole(plan.anchor);
      const step = whole(plan.step);
      return anchor === plan.anchor && step === plan.step ? plan : { ...plan, anchor, step };
    }
    case 'Expand': {
      const kept = plan.columns.map((_, i) => i).filter((i) => needed.has(plan.columns[i]!.id));
      const projections = plan.projections.map((list) => kept.map((i) => list[i]!));
      const input = prune(plan.input, needing(new Set(), projections.flat()));
      if (input === plan.input && kept.length === plan.columns.length) return plan;
      return { ...plan, columns: kept.map((i) => plan.columns[i]!), projections, input };
    }
    case 'Aggregate': {
      const numKeys = plan.groupBy.length;
      const kept = plan.aggregates.map((_, i) => i).filter((i) => needed.has(plan.columns[numKeys + i]!.id));
      const aggregates = kept.map((i) => plan.aggregates[i]!);
      const input = prune(
        plan.input,
        needing(new Set(), [...plan.groupBy, ...aggregates.flatMap(expressionsOfAggregate)]),
      );
      if (input === plan.input && kept.length === plan.aggregates.length) return plan;
      const columns = [...plan.columns.slice(0, numKeys), ...kept.map((i) => plan.columns[numKeys + i]!)];
      return { ...plan, columns, aggregates, input };
    }
    case 'Distinct': {
      const input = prune(plan.input, new Set(plan.input.columns.map(({ id }) => id)));
      return input === plan.input ? plan : { ...plan, columns: input.columns, input };
    }
    case 'Join': {
      const all = needing(needed, [...plan.on.flatMap(({ left, right }) => [left, right]), plan.residual]);
      const left = prune(plan.left, all);
      const right = prune(plan.right, all);
      if (left === plan.left && right === plan.right) return plan;
      if (plan.type === 'mark') return { ...plan, columns: [...left.columns, plan.columns.at(-1)!], left, right };
      const ids = new Set([...left.columns, ...right.columns].map(({ id }) => id));
      return { ...plan, columns: plan.columns.filter(({ id }) => ids.has(id)), left, right };
    }
    case 'DependentJoin':
      return plan;
    case 'Sort':
    case 'TopN': {
      const input = prune(
        plan.input,
        needing(
          needed,
          plan.keys.map(({ expression }) => expression),
        ),
      );
      return input === plan.input ? plan : { ...plan, columns: input.columns, input };
    }
    case 'LimitBy': {
      const used = [...plan.by, ...plan.keys.map(({ expression }) => expression)];
      const input = prune(plan.input, needing(needed, used));
      return input === plan.input ? plan : { ...plan, columns: input.columns, input };
    }
    case 'Limit': {
      const input = prune(plan.input, needed);
      return input === plan.input ? plan : { ...plan, columns: input.columns, input };
    }
    case 'Window': {
      const numPassed = plan.input.columns.length;
      const kept = plan.calls.map((_, i) => i).filter((i) => needed.has(plan.columns[numPassed + i]!.id));
      if (kept.length === 0) return prune(plan.input, needed);
      const calls = kept.map((i) => plan.calls[i]!);
      const orderBy = plan.orderBy.slice(0, Math.max(...calls.map(({ numOrderKeys }) => numOrderKeys)));
      const used = [...plan.partitionBy, ...orderBy.map(({ expression }) => expression)];
      const input = prune(plan.input, needing(needed, [...used, ...calls.flatMap(windowExpressions)]));
      if (input === plan.input && kept.length === plan.calls.length) return plan;
      const columns = [...input.columns, ...kept.map((i) => plan.columns[numPassed + i]!)];
      return { ...plan, columns, input, orderBy, calls };
    }
    case 'Union': {
      const kept = plan.columns.map((_, i) => i).filter((i) => needed.has(plan.columns[i]!.id));
      const inputs = plan.inputs.map((input) =>
        exactly(
          input,
          kept.map((i) => input.columns[i]!.id),
        ),
      );
      if (kept.length === plan.columns.length && inputs.every((input, i) => input === plan.inputs[i])) return plan;
      return { ...plan, columns: kept.map((i) => plan.columns[i]!), inputs };
    }
  }
}

/** The plan with the given columns and no others, for nodes that go by position. */
function exactly(plan: LogicalPlan, ids: readonly ColumnId[]): LogicalPlan {
  const input = prune(plan, new Set(ids));
  if (input.columns.length === ids.length && input.columns.every(({ id }, i) => id === ids[i])) return input;
  const columns = ids.map((id) => input.columns.find((column) => column.id === id)!);
  return {
    kind: 'Project',
    columns,
    input,
    expressions: columns.map(({ id, name, type }) => ({ kind: 'column', id, name, type })),
  };
}
