import type { SourceSpan } from '../../error/index.ts';
import type { Expression } from '../../expression/index.ts';
import { type DataType, VARCHAR } from '../../types/index.ts';
import type { AstExpression } from '../ast/index.ts';
import { coerce, coerceToBoolean } from '../coerce-expression.ts';
import { isUnknown } from '../common-type.ts';
import type { AggregateSink } from './aggregate-sink.ts';
import type { Binder } from './binder.ts';
import type { Scope } from './scope.ts';
import type { SetSink } from './set-sink.ts';
import type { SubquerySink } from './subquery-sink.ts';
import type { WindowSink } from './window-sink.ts';

type AstOf<Kind, Ast = AstExpression> = Ast extends { readonly kind: infer Own }
  ? [Kind] extends [Own]
    ? Ast
    : never
  : never;

/** Binds one kind of expression. */
export type ExpressionFamily<Kind extends AstExpression['kind']> = (
  binder: ExpressionBinder,
  ast: AstOf<Kind>,
) => Expression;

/** The family of every kind of expression. */
export type ExpressionFamilies = { readonly [Kind in AstExpression['kind']]: ExpressionFamily<Kind> };

export interface ExpressionBinderOptions {
  readonly binder: Binder;
  readonly scope: Scope;
  readonly families: ExpressionFamilies;
  /** The clause that the expressions stand in, for errors: `WHERE`. */
  readonly clause: string;
  /** Where aggregate calls go; undefined where the clause may have none. */
  readonly aggregates?: AggregateSink | undefined;
  /** Where window functions go; undefined where the clause may have none. */
  readonly windows?: WindowSink | undefined;
  /** Where subqueries go; undefined where the clause may have none. */
  readonly subqueries?: SubquerySink | undefined;
  /** Where calls that give rows go; undefined where the clause may have none. */
  readonly sets?: SetSink | undefined;
}

/** Turns expressions as written into bound ones, in one clause of one query. */
export class ExpressionBinder {
  readonly binder: Binder;
  readonly scope: Scope;
  readonly clause: string;
  readonly aggregates: AggregateSink | undefined;
  readonly windows: WindowSink | undefined;
  readonly subqueries: SubquerySink | undefined;
  readonly sets: SetSink | undefined;
  readonly families: ExpressionFamilies;

  constructor({ binder, scope, clause, aggregates, windows, subqueries, sets, families }: ExpressionBinderOptions) {
    this.binder = binder;
    this.scope = scope;
    this.clause = clause;
    this.aggregates = aggregates;
    this.windows = windows;
    this.subqueries = subqueries;
    this.sets = sets;
    this.families = families;
  }

  /** The bound expression; a text or NULL literal whose place says nothing of its type keeps the type `null`. */
  bind(ast: AstExpression): Expression {
    const family = this.families[ast.kind] as (binder: ExpressionBinder, ast: AstExpression) => Expression;
    return family(this, ast);
  }

  bindAll(asts: readonly AstExpression[]): Expression[] {
    return asts.map((ast) => this.bind(ast));
  }

  /** The bound expression as a condition of the clause. */
  condition(ast: AstExpression, clause: string): Expression {
    return coerceToBoolean(this.bind(ast), clause, this.binder.environment);
  }

  /** An implicit cast. */
  coerce(expression: Expression, type: DataType): Expression {
    return coerce(expression, type, this.binder.environment);
  }

  /** The expression with a type: what has none becomes varchar. */
  settle(expression: Expression): Expression {
    return isUnknown(expression) ? this.coerce(expression, VARCHAR) : expression;
  }

  /** The same scope, another clause; aggregates, window functions, and calls that give rows, only where a sink is given. */
  inClause(clause: string, aggregates?: AggregateSink, windows?: WindowSink, sets?: SetSink): ExpressionBinder {
    return new ExpressionBinder({ ...this, clause, aggregates, windows, sets });
  }

  /** A place within the clause, such as CASE, that may have no calls that give rows. */
  withoutSets(place: string): ExpressionBinder {
    return this.sets ? new ExpressionBinder({ ...this, clause: place, sets: undefined }) : this;
  }

  /** The same clause, with another place for subqueries. */
  withSubqueries(subqueries: SubquerySink): ExpressionBinder {
    return new ExpressionBinder({ ...this, subqueries });
  }
}

/** NOT of a condition. */
export function negate(arg: Expression, negated: boolean, span: SourceSpan): Expression {
  return negated ? { kind: 'not', type: { id: 'boolean' }, arg, span } : arg;
}
