import { QueryError, type SourceSpan, unsupported } from '../../error/index.ts';
import type { Expression } from '../../expression/index.ts';
import { VARCHAR } from '../../types/index.ts';
import type { AstCall } from '../ast/index.ts';
import { literal } from '../coerce-expression.ts';
import { escapeLikePattern, similarToRegex } from '../pattern-text.ts';
import { resolveTypeName } from '../sql-type-name.ts';
import { bindAggregate } from './bind-aggregate.ts';
import { castTo } from './bind-cast.ts';
import { callFunction, unknownFunction } from './call-function.ts';
import type { ExpressionBinder, ExpressionFamily } from './expression-binder.ts';

export const bindCall: ExpressionFamily<'call'> = (binder, ast) => {
  const { path, span } = ast;
  const name = path.at(-1)!;
  if (path.length > 1) throw unknownFunction(binder, path.join('.'), [], span);
  const aggregate = binder.binder.environment.functions.aggregate(name);
  if (ast.named.length > 0) {
    if (!aggregate && !binder.binder.environment.functions.scalar(name)) throw unknownFunction(binder, name, [], span);
    throw unsupported('A named argument', ast.named[0]!.span);
  }
  if (aggregate) return bindAggregate(binder, aggregate, ast);
  const args = binder.bindAll(ast.args);
  return bindPatternEscape(binder, name, args, span) ?? bindScalar(binder, ast, name, args);
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

function bindScalar(binder: ExpressionBinder, ast: AstCall, name: string, args: readonly Expression[]): Expression {
  const { functions } = binder.binder.environment;
  const { span } = ast;
  if (!functions.scalar(name)) {
    const cast = castByFunction(binder, name, args, span);
    if (cast) return cast;
  } else refuseAggregateSyntax(ast, name);
  return callFunction(binder, name, args, span);
}

/** `float8(x)`, `date(x)`: the name of a type, called with one argument, is a cast to it. */
function castByFunction(
  binder: ExpressionBinder,
  name: string,
  args: readonly Expression[],
  span: SourceSpan,
): Expression | undefined {
  const [arg, ...more] = args;
  if (!arg || more.length > 0) return undefined;
  try {
    const target = resolveTypeName({ name, modifiers: [], dimensions: 0, span });
    return castTo(binder, arg, target, { span, literal: false });
  } catch (error) {
    if (error instanceof QueryError && (error.code === 'UNKNOWN_TYPE' || error.kind === 'Unsupported'))
      return undefined;
    throw error;
  }
}

/** `LIKE x ESCAPE y` and `SIMILAR TO x`: the grammar calls functions that turn the pattern into the operator's own notation. */
function bindPatternEscape(
  binder: ExpressionBinder,
  name: string,
  args: readonly Expression[],
  span: SourceSpan,
): Expression | undefined {
  if (name !== 'like_escape' && name !== 'similar_to_escape') return undefined;
  const texts = args.map((arg) => binder.coerce(arg, VARCHAR));
  if (texts.some((text) => text.kind === 'literal' && text.value === null)) return literal(VARCHAR, null, span);
  const [pattern, escapeText] = texts.map((text) => (text.kind === 'literal' ? (text.value as string) : undefined));
  if (pattern === undefined || (texts.length > 1 && escapeText === undefined)) {
    if (binder.binder.environment.functions.scalar(name)) return callFunction(binder, name, texts, span);
    const what = name === 'like_escape' ? 'ESCAPE' : 'SIMILAR TO';
    throw unsupported(`${what} with a pattern that is no constant`, span);
  }
  const converted =
    name === 'like_escape'
      ? escapeLikePattern(pattern, escapeText!, span)
      : similarToRegex(pattern, escapeText ?? '\\', span);
  return literal(VARCHAR, converted, texts[0]!.span);
}
