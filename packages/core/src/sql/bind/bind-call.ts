import { QueryError, type SourceSpan, unsupported } from '../../error/index.ts';
import { type Expression, SET_FUNCTIONS } from '../../expression/index.ts';
import type { AstCall } from '../ast/index.ts';
import { type ResolvedTypeName, resolveTypeName } from '../sql-type-name.ts';
import { bindAggregate } from './bind-aggregate.ts';
import { castTo } from './bind-cast.ts';
import { bindOverlaps } from './bind-overlaps.ts';
import { bindSetCall, misplacedSetCall } from './bind-set-call.ts';
import { bindWindowCall } from './bind-window.ts';
import { callFunction, unknownFunction } from './call-function.ts';
import type { ExpressionFamily } from './expression-binder.ts';

export const bindCall: ExpressionFamily<'call'> = (binder, ast) => {
  const { path, span } = ast;
  const name = path.at(-1)!;
  if (path.length > 1) throw unknownFunction(binder, path.join('.'), [], span);
  const { functions } = binder.binder.environment;
  const aggregate = functions.aggregate(name);
  if (ast.named.length > 0) {
    if (!aggregate && !functions.scalar(name) && !functions.window(name)) throw unknownFunction(binder, name, [], span);
    throw unsupported('A named argument', ast.named[0]!.span);
  }
  if (ast.over) return bindWindowCall(binder, ast, ast.over);
  if (name === 'overlaps') return bindOverlaps(binder, ast);
  if (functions.window(name)) {
    throw new QueryError('INVALID_CLAUSE', `The window function ${name} needs an OVER clause.`, {
      span,
      details: { function: name },
      hint: `Write ${name}(...) OVER (PARTITION BY ... ORDER BY ...).`,
    });
  }
  if (aggregate) return bindAggregate(binder, aggregate, ast);
  const set = functions.scalar(name) ? undefined : SET_FUNCTIONS.get(name);
  if (set) {
    refuseAggregateSyntax(ast, name);
    if (!binder.sets) throw misplacedSetCall(name, binder.clause, span);
    return binder.sets.add(bindSetCall(binder, set, binder.bindAll(ast.args), span), name);
  }
  const args = binder.bindAll(ast.args);
  const target = functions.scalar(name) ? undefined : typeOfName(name, args, span);
  if (!functions.scalar(name) && !target) throw unknownFunction(binder, name, args, span);
  refuseAggregateSyntax(ast, name);
  return target ? castTo(binder, args[0]!, target, { span, literal: false }) : callFunction(binder, name, args, span);
};

/** Throws INVALID_CLAUSE for what only aggregate functions have. */
function refuseAggregateSyntax({ star, distinct, filter, orderBy, span }: AstCall, name: string): void {
  const clause = star ? '(*)' : distinct ? 'DISTINCT' : filter ? 'FILTER' : orderBy.length > 0 ? 'ORDER BY' : undefined;
  if (!clause) return;
  throw new QueryError('INVALID_CLAUSE', `${clause} was given, and "${name}" is no aggregate function.`, {
    span,
    details: { function: name },
  });
}

/** `float8(x)`, `date(x)`: the name of a type, called with one argument, is a cast to it. */
function typeOfName(name: string, args: readonly Expression[], span: SourceSpan): ResolvedTypeName | undefined {
  if (args.length !== 1) return undefined;
  try {
    return resolveTypeName({ name, modifiers: [], dimensions: 0, span });
  } catch (error) {
    if (error instanceof QueryError && (error.code === 'UNKNOWN_TYPE' || error.kind === 'Unsupported'))
      return undefined;
    throw error;
  }
}
