import { QueryError, type SourceSpan } from '../../error/index.ts';
import type { Column, Expression } from '../../expression/index.ts';
import { expressionKey } from '../../expression/traverse.ts';
import type { ExpandNode, LogicalPlan } from '../../logical/index.ts';
import { BOOLEAN, INT32 } from '../../types/index.ts';
import type { AstExpression, AstGroupItem } from '../ast/index.ts';
import { literal } from '../coerce-expression.ts';
import type { AggregateSink } from './aggregate-sink.ts';
import type { GroupKey } from './bind-grouping.ts';
import { type Binder, columnReference } from './binder.ts';

/** What PostgreSQL allows too. */
const MAX_SETS = 4096;
const MAX_CUBE = 12;

/** Indexes of group keys. */
type GroupingSet = readonly number[];

/** The sets of GROUP BY as it was written: those of its items, each with each. `keysOf` gives the keys of an expression. */
export function groupingSetsOf(
  items: readonly AstGroupItem[],
  keysOf: (ast: AstExpression) => readonly number[],
): GroupingSet[] {
  const setsOf = (item: AstGroupItem): GroupingSet[] => {
    switch (item.kind) {
      case 'group-expression':
        return [keysOf(item.expression)];
      case 'empty-set':
        return [[]];
      case 'grouping-sets':
        return limited(item.items.flatMap(setsOf), item.span);
      case 'rollup': {
        const elements = item.items.map((element) => setsOf(element)[0]!);
        return elements.map((_, i) => elements.slice(0, elements.length - i).flat()).concat([[]]);
      }
      case 'cube': {
        if (item.items.length > MAX_CUBE) {
          throw new QueryError('INVALID_CLAUSE', `CUBE can have at most ${MAX_CUBE} elements.`, { span: item.span });
        }
        return item.items
          .map((element) => setsOf(element)[0]!)
          .reduceRight<GroupingSet[]>(
            (rest, keys) => rest.map((set): GroupingSet => [...keys, ...set]).concat(rest),
            [[]],
          );
      }
    }
  };
  return items.reduce<GroupingSet[]>(
    (sets, item) => {
      const own = setsOf(item);
      return limited(
        sets.flatMap((set) => own.map((other) => [...new Set([...set, ...other])])),
        item.span,
      );
    },
    [[]],
  );
}

function limited(sets: GroupingSet[], span: SourceSpan): GroupingSet[] {
  if (sets.length <= MAX_SETS) return sets;
  throw new QueryError('INVALID_CLAUSE', `GROUP BY can have at most ${MAX_SETS} grouping sets.`, {
    span,
    details: { sets: sets.length, limit: MAX_SETS },
  });
}

/** Each different set once, as `GROUP BY DISTINCT` wants them. */
export function differentSets(sets: readonly GroupingSet[]): GroupingSet[] {
  const byKey = new Map(sets.map((set) => [[...set].sort((a, b) => a - b).join(), set] as const));
  return [...byKey.values()];
}

/** The input of an aggregation over several grouping sets. */
export interface ExpandedInput {
  readonly plan: ExpandNode;
  /** The keys, null where a set lacks them, then the number of the set. */
  readonly keys: readonly GroupKey[];
  readonly set: Column;
  readonly alwaysGroups: readonly (readonly Expression[])[] | undefined;
}

/** Every row once for each set, with the keys that the set has and its number. */
export function expandGroupingSets(
  binder: Binder,
  input: LogicalPlan,
  keys: readonly GroupKey[],
  sets: readonly GroupingSet[],
): ExpandedInput {
  const own = keys.map(({ expression, name }, i) =>
    binder.column(name, expression.type, sets.some((set) => !set.includes(i)) || isNullable(input, expression)),
  );
  const set = binder.column('grouping set', INT32, false);
  const plan: ExpandNode = {
    kind: 'Expand',
    columns: [...own, set, ...input.columns],
    input,
    projections: sets.map((indexes, number) => [
      ...keys.map(({ expression }, i) => (indexes.includes(i) ? expression : literal(expression.type, null))),
      literal(INT32, number),
      ...input.columns.map((column) => columnReference(column)),
    ]),
  };
  const always = sets.flatMap((indexes, number) =>
    indexes.length === 0
      ? [[...keys.map(({ expression }) => literal(expression.type, null)), literal(INT32, number)]]
      : [],
  );
  return {
    plan,
    keys: [...own, set].map((column) => ({ name: column.name, expression: columnReference(column) })),
    set,
    alwaysGroups: always.length > 0 ? always : undefined,
  };
}

function isNullable({ columns }: LogicalPlan, expression: Expression): boolean {
  return expression.kind !== 'column' || columns.find(({ id }) => id === expression.id)?.nullable !== false;
}

/**
 * The calls of `grouping` as columns beside those of an aggregation: bits from left to right, 1 where the set lacks the argument.
 * Throws INVALID_GROUPING for an argument that is no group key.
 */
export function withGroupingCalls(
  aggregation: LogicalPlan,
  { groupings }: AggregateSink,
  keys: readonly GroupKey[],
  sets: readonly GroupingSet[],
  set: Column | undefined,
): LogicalPlan {
  if (groupings.length === 0) return aggregation;
  const indexOf = new Map(keys.map(({ expression }, i) => [expressionKey(expression), i] as const));
  const values = groupings.map(({ args, span }): Expression => {
    const indexes = args.map((arg) => {
      const index = indexOf.get(expressionKey(arg));
      if (index !== undefined) return index;
      throw new QueryError('INVALID_GROUPING', 'The arguments of grouping() must be keys of GROUP BY.', {
        span: arg.span ?? span,
      });
    });
    const bits = sets.map((keysOfSet) =>
      indexes.reduce((value, index) => value * 2 + (keysOfSet.includes(index) ? 0 : 1), 0),
    );
    return choose(set, bits);
  });
  return {
    kind: 'Project',
    columns: [...aggregation.columns, ...groupings.map(({ column }) => column)],
    input: aggregation,
    expressions: [...aggregation.columns.map((column) => columnReference(column)), ...values],
  };
}

/** The value of the set's number. */
function choose(set: Column | undefined, values: readonly number[]): Expression {
  const last = literal(INT32, values.at(-1)!);
  if (!set || values.every((value) => value === values[0])) return last;
  const branches = values.slice(0, -1).map((value, number) => ({
    when: {
      kind: 'call',
      name: '=',
      overload: '=(same,same)',
      type: BOOLEAN,
      args: [columnReference(set), literal(INT32, number)],
    } as const,
    // biome-ignore lint/suspicious/noThenProperty: the expression's own field
    then: literal(INT32, value),
  }));
  return { kind: 'case', type: INT32, branches, otherwise: last };
}
