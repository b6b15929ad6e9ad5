import { QueryError } from '../../error/index.ts';
import type { Expression } from '../../expression/index.ts';
import type { AstColumn } from '../ast/index.ts';
import { fieldOf, wholeRow } from './bind-row.ts';
import type { ExpressionFamily } from './expression-binder.ts';
import type { Scope, ScopeColumn } from './scope.ts';

export const bindColumn: ExpressionFamily<'column'> = (binder, ast) => {
  const { path, span } = ast;
  if (binder.clause === 'LIMIT' || binder.clause === 'OFFSET') {
    throw new QueryError(
      'INVALID_CLAUSE',
      `The argument of ${binder.clause} must not contain the column "${path.join('.')}".`,
      {
        span,
      },
    );
  }
  if (path.length === 1) {
    const found = findUp(binder.scope, (scope) => scope.column(path[0]!, span));
    if (found) return reference(found, ast);
    const relation = binder.scope.relation(path, span);
    if (relation) return wholeRow(binder, relation, span);
    throw binder.scope.unknown(path[0]!, span);
  }
  const qualifier = path.slice(0, -1);
  const found = findUp(binder.scope, (scope) => {
    const relation = scope.relation(qualifier, span);
    return relation && scope.columnOf(relation, path.at(-1)!, span);
  });
  if (found) return reference(found, ast);
  const whole = path.length === 2 ? binder.scope.column(path[0]!, span) : undefined;
  if (whole?.expression.type.id === 'struct') return fieldOf(binder, whole.expression, path[1]!, span);
  throw binder.scope.unknownRelation(qualifier, span);
};

/** The column in the nearest query that has it, this one or one around it. */
function findUp(scope: Scope, find: (scope: Scope) => ScopeColumn | undefined): ScopeColumn | undefined {
  for (let level: Scope | undefined = scope; level; level = level.outer) {
    const column = find(level);
    if (column) return column;
  }
  return undefined;
}

function reference({ expression }: ScopeColumn, { span }: AstColumn): Expression {
  return { ...expression, span } as Expression;
}

/** `t.*` is a row of all columns; `*` stands in select lists and in `count(*)`, where it never comes here. */
export const bindStar: ExpressionFamily<'star'> = (binder, { qualifier, span }) => {
  const relation = qualifier.length > 0 ? binder.scope.relation(qualifier, span) : undefined;
  if (relation) return wholeRow(binder, relation, span);
  if (qualifier.length > 0) throw binder.scope.unknownRelation(qualifier, span);
  throw new QueryError('INVALID_CLAUSE', '* is allowed in select lists and in count(*) only.', { span });
};
