import { QueryError } from '../../error/index.ts';
import { formatType, INT64, isNumeric } from '../../types/index.ts';
import type { AstExpression } from '../ast/index.ts';
import { castExplicitly } from '../coerce-expression.ts';
import { isUnknown } from '../common-type.ts';
import type { Binder } from './binder.ts';
import { constantValue } from './constant-value.ts';
import { ExpressionBinder } from './expression-binder.ts';
import { EXPRESSION_FAMILIES } from './expression-families.ts';
import { Scope } from './scope.ts';

/**
 * The number of rows that LIMIT or OFFSET says: any constant expression, rounded to a whole number; undefined for NULL. Throws
 * INVALID_CLAUSE when it is negative or has columns.
 */
export function bindRowCount(
  binder: Binder,
  ast: AstExpression | undefined,
  clause: 'LIMIT' | 'OFFSET',
): number | undefined {
  if (!ast) return undefined;
  const { environment } = binder;
  const scope = new Scope([], []);
  const expressions = new ExpressionBinder({ binder, scope, families: EXPRESSION_FAMILIES, clause });
  const bound = expressions.bind(ast);
  if (!isUnknown(bound) && !isNumeric(bound.type)) {
    const type = formatType(bound.type);
    throw new QueryError('TYPE_MISMATCH', `The argument of ${clause} must be a number, not ${type}.`, {
      span: ast.span,
      details: { expected: 'bigint', actual: type },
    });
  }
  const count = isUnknown(bound)
    ? expressions.coerce(bound, INT64)
    : castExplicitly(bound, INT64, environment, ast.span);
  const constant = constantValue(count, environment);
  if (!constant) {
    throw new QueryError('INVALID_CLAUSE', `The argument of ${clause} must be a constant.`, { span: ast.span });
  }
  const value = constant.value as bigint | null;
  if (value === null) return undefined;
  if (value < 0n) throw new QueryError('INVALID_CLAUSE', `${clause} must not be negative.`, { span: ast.span });
  // Beyond what a number holds exactly there are no rows to tell apart.
  return Number(value);
}
