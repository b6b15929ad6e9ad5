import type { AggregateCall, ColumnId, Expression } from './expression.ts';

/** The direct arguments of an expression. */
export function childrenOf(expression: Expression): readonly Expression[] {
  switch (expression.kind) {
    case 'column':
    case 'literal':
      return [];
    case 'call':
    case 'and':
    case 'or':
    case 'coalesce':
      return expression.args;
    case 'cast':
    case 'not':
    case 'is-null':
    case 'in-list':
      return [expression.arg];
    case 'case': {
      const children = expression.branches.flatMap(({ when, then }) => [when, then]);
      return expression.otherwise ? [...children, expression.otherwise] : children;
    }
  }
}

/** The same expression over other arguments; the same object when none of them changed. */
export function mapChildren(expression: Expression, map: (child: Expression) => Expression): Expression {
  switch (expression.kind) {
    case 'column':
    case 'literal':
      return expression;
    case 'call':
    case 'and':
    case 'or':
    case 'coalesce': {
      const args = mapSame(expression.args, map);
      return args === expression.args ? expression : { ...expression, args };
    }
    case 'cast':
    case 'not':
    case 'is-null':
    case 'in-list': {
      const arg = map(expression.arg);
      return arg === expression.arg ? expression : { ...expression, arg };
    }
    case 'case': {
      const branches = mapSame(expression.branches, (branch) => {
        const when = map(branch.when);
        const then = map(branch.then);
        return when === branch.when && then === branch.then ? branch : { when, then };
      });
      const otherwise = expression.otherwise && map(expression.otherwise);
      return branches === expression.branches && otherwise === expression.otherwise
        ? expression
        : { ...expression, branches, otherwise };
    }
  }
}

/** Every expression of an aggregate: its arguments, its filter, the keys of its order. */
export function expressionsOfAggregate({ args, filter, orderBy = [] }: AggregateCall): readonly Expression[] {
  return [...args, ...(filter ? [filter] : []), ...orderBy.map(({ expression }) => expression)];
}

/** The same aggregate of other expressions; the same object when none of them changed. */
export function mapAggregate(call: AggregateCall, map: (expression: Expression) => Expression): AggregateCall {
  const args = mapSame(call.args, map);
  const filter = call.filter && map(call.filter);
  const orderBy =
    call.orderBy &&
    mapSame(call.orderBy, (key) => {
      const expression = map(key.expression);
      return expression === key.expression ? key : { ...key, expression };
    });
  const same = args === call.args && filter === call.filter && orderBy === call.orderBy;
  return same ? call : { ...call, args, filter, orderBy };
}

/** `values.map(map)`, or `values` itself when every entry stayed the same object. */
export function mapSame<T>(values: readonly T[], map: (value: T, index: number) => T): readonly T[] {
  let changed = false;
  const mapped = values.map((value, index) => {
    const result = map(value, index);
    changed ||= result !== value;
    return result;
  });
  return changed ? mapped : values;
}

/** Rewrites from the leaves up. */
export function rewriteExpression(expression: Expression, rewrite: (node: Expression) => Expression): Expression {
  return rewrite(mapChildren(expression, (child) => rewriteExpression(child, rewrite)));
}

/** Whether any part of the expression satisfies the test. */
export function someExpression(expression: Expression, test: (node: Expression) => boolean): boolean {
  return test(expression) || childrenOf(expression).some((child) => someExpression(child, test));
}

/** Adds the ids of all columns that the expression uses to `into`. */
export function collectColumns(expression: Expression, into: Set<ColumnId> = new Set()): Set<ColumnId> {
  if (expression.kind === 'column') into.add(expression.id);
  else for (const child of childrenOf(expression)) collectColumns(child, into);
  return into;
}

/** Whether every column that the expression uses is in `available`. */
export function usesOnly(expression: Expression, available: ReadonlySet<ColumnId>): boolean {
  return expression.kind === 'column'
    ? available.has(expression.id)
    : childrenOf(expression).every((child) => usesOnly(child, available));
}

/** Columns replaced by the expressions that compute them. */
export function substituteColumns(expression: Expression, replacements: ReadonlyMap<ColumnId, Expression>): Expression {
  if (expression.kind === 'column') return replacements.get(expression.id) ?? expression;
  return mapChildren(expression, (child) => substituteColumns(child, replacements));
}

/** The conjuncts of a predicate: those of nested ANDs, in order. */
export function splitConjuncts(predicate: Expression): Expression[] {
  return predicate.kind === 'and' ? predicate.args.flatMap(splitConjuncts) : [predicate];
}

/** AND of the conjuncts; undefined for none. */
export function combineConjuncts(conjuncts: readonly Expression[]): Expression | undefined {
  if (conjuncts.length < 2) return conjuncts[0];
  return { kind: 'and', type: { id: 'boolean' }, args: conjuncts };
}

/** A text that is equal for equal expressions. */
export function expressionKey(expression: Expression): string {
  return JSON.stringify(expression, (name, value: unknown) =>
    name === 'span' || (name === 'name' && typeof value === 'string')
      ? undefined
      : typeof value === 'bigint'
        ? { bigint: value.toString() }
        : value instanceof Uint8Array
          ? { bytes: value.join() }
          : Object.is(value, Number.NaN) ||
              value === Number.POSITIVE_INFINITY ||
              value === Number.NEGATIVE_INFINITY ||
              Object.is(value, -0)
            ? { number: Object.is(value, -0) ? '-0' : String(value) }
            : value,
  );
}
