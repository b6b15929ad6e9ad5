import type { Column, Expression, FunctionRegistry } from '../../expression/index.ts';

/** Tells whether an expression over these columns may be null; false only where that is certain. */
export function nullability(
  columns: readonly Column[],
  functions: FunctionRegistry,
): (expression: Expression) => boolean {
  const never = new Set(columns.flatMap(({ id, nullable }) => (nullable ? [] : [id])));
  const isNullable = (expression: Expression): boolean => {
    switch (expression.kind) {
      case 'column':
        return !never.has(expression.id);
      case 'literal':
        return expression.value === null;
      case 'call':
        return functions.scalarOverload(expression.overload)?.nulls === 'custom' || expression.args.some(isNullable);
      case 'cast':
        return expression.safe || isNullable(expression.arg);
      case 'and':
      case 'or':
        return expression.args.some(isNullable);
      case 'not':
        return isNullable(expression.arg);
      case 'is-null':
        return false;
      case 'case':
        return (
          !expression.otherwise ||
          [expression.otherwise, ...expression.branches.map(({ then }) => then)].some(isNullable)
        );
      case 'coalesce':
        return expression.args.every(isNullable);
      case 'in-list':
        return isNullable(expression.arg) || expression.values.includes(null);
    }
  };
  return isNullable;
}
