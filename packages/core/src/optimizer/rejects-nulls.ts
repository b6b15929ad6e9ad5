import type { ColumnId, Expression } from '../expression/index.ts';
import { collectColumns } from '../expression/traverse.ts';

/** Operators that answer null when an argument is null. */
const STRICT = new Set([
  '=',
  '<>',
  '<',
  '<=',
  '>',
  '>=',
  '+',
  '-',
  '*',
  '/',
  '%',
  '~~',
  '!~~',
  '~~*',
  '!~~*',
  '~',
  '!~',
]);

/** Whether the predicate can not be true on a row in which all `columns` are null. Errs on the side of false. */
export function rejectsNulls(predicate: Expression, columns: ReadonlySet<ColumnId>): boolean {
  switch (predicate.kind) {
    case 'and':
      return predicate.args.some((arg) => rejectsNulls(arg, columns));
    case 'or':
      return predicate.args.every((arg) => rejectsNulls(arg, columns));
    case 'is-null':
      return predicate.negated && isNullOn(predicate.arg, columns);
    default:
      return isNullOn(predicate, columns);
  }
}

/** Whether the expression is certainly null when all `columns` are. */
function isNullOn(expression: Expression, columns: ReadonlySet<ColumnId>): boolean {
  switch (expression.kind) {
    case 'column':
      return columns.has(expression.id);
    case 'literal':
      return expression.value === null;
    case 'call':
      return STRICT.has(expression.name) && expression.args.some((arg) => isNullOn(arg, columns));
    case 'cast':
    case 'not':
      return isNullOn(expression.arg, columns);
    case 'in-list':
      return collectColumns(expression.arg).size > 0 && isNullOn(expression.arg, columns);
    default:
      return false;
  }
}
