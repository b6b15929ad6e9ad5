import type { SourceSpan } from '../error/index.ts';
import type { DataType, LiteralValue } from '../types/index.ts';

/** Names a column for the whole life of a query: two uses of one table have different ids. */
export type ColumnId = number;

/** A column that a plan node gives. Names are for people and results; ids are what expressions refer to. */
export interface Column {
  readonly id: ColumnId;
  readonly name: string;
  readonly type: DataType;
  /** False only when it is certain that no row is null. */
  readonly nullable: boolean;
}

interface ExpressionBase {
  readonly type: DataType;
  /** Where it stands in the SQL text, for errors while it runs. */
  readonly span?: SourceSpan | undefined;
}

/** The value of a column of the input. */
export interface ColumnExpression extends ExpressionBase {
  readonly kind: 'column';
  readonly id: ColumnId;
  readonly name: string;
}

/** A constant; null has the type that its place asks for. Parameters are literals once bound. */
export interface LiteralExpression extends ExpressionBase {
  readonly kind: 'literal';
  readonly value: LiteralValue;
}

/** A scalar function or operator; `overload` is the id of a {@link ScalarOverload} in the registry. */
export interface CallExpression extends ExpressionBase {
  readonly kind: 'call';
  readonly name: string;
  readonly overload: string;
  readonly args: readonly Expression[];
}

/** Conversion of a value. With `safe`, a value that cannot be converted becomes null. */
export interface CastExpression extends ExpressionBase {
  readonly kind: 'cast';
  readonly arg: Expression;
  readonly safe: boolean;
}

/** Three-valued AND / OR of two or more booleans, evaluated left to right on the rows still undecided. */
export interface LogicalExpression extends ExpressionBase {
  readonly kind: 'and' | 'or';
  readonly args: readonly Expression[];
}

export interface NotExpression extends ExpressionBase {
  readonly kind: 'not';
  readonly arg: Expression;
}

/** `arg IS [NOT] NULL`; never null itself. */
export interface IsNullExpression extends ExpressionBase {
  readonly kind: 'is-null';
  readonly negated: boolean;
  readonly arg: Expression;
}

/** Searched CASE (the simple form is rewritten to it). A result is evaluated only on the rows that reach it. */
export interface CaseExpression extends ExpressionBase {
  readonly kind: 'case';
  readonly branches: readonly { readonly when: Expression; readonly then: Expression }[];
  readonly otherwise: Expression | undefined;
}

/** The first argument that is not null; later ones are evaluated only on the rows that reach them. */
export interface CoalesceExpression extends ExpressionBase {
  readonly kind: 'coalesce';
  readonly args: readonly Expression[];
}

/** `arg [NOT] IN (list)` over constants of the type of `arg`, with SQL's nulls. Other lists are bound as OR of `=`. */
export interface InListExpression extends ExpressionBase {
  readonly kind: 'in-list';
  readonly negated: boolean;
  readonly arg: Expression;
  readonly values: readonly LiteralValue[];
}

/**
 * A bound expression: names resolved, types known, coercions explicit as casts. Frozen plain data, so that it crosses
 * threads and can be compared and rewritten.
 */
export type Expression =
  | ColumnExpression
  | LiteralExpression
  | CallExpression
  | CastExpression
  | LogicalExpression
  | NotExpression
  | IsNullExpression
  | CaseExpression
  | CoalesceExpression
  | InListExpression;

/** One aggregate of an aggregation; `overload` is the id of an {@link AggregateOverload} in the registry. */
export interface AggregateCall {
  readonly name: string;
  readonly overload: string;
  readonly args: readonly Expression[];
  readonly distinct: boolean;
  /** Only rows for which it is true count. */
  readonly filter: Expression | undefined;
  /** The order in which rows are taken in; without it, that in which they come. With `distinct` the keys are arguments. */
  readonly orderBy?: readonly SortKey[] | undefined;
  readonly type: DataType;
  readonly span?: SourceSpan | undefined;
}

/** One key of an ordering. */
export interface SortKey {
  readonly expression: Expression;
  readonly descending: boolean;
  readonly nullsFirst: boolean;
}

/**
 * Where a frame begins, or ends:
 *
 * - `partition`: at the first, or behind the last row of the partition (UNBOUNDED).
 * - `current-row`: with the row itself in ROWS, with its peers in RANGE and GROUPS.
 * - `count`: so many rows (ROWS) or groups of peers (GROUPS) from the current one, less than 0 for PRECEDING.
 * - `distance`: RANGE with an offset: with the first, or the last row whose `key` is not beyond `limit`, both over the columns of the
 *   current row and of one type. `offset` and `following` say how it was written.
 */
export type FrameBound =
  | { readonly kind: 'partition' }
  | { readonly kind: 'current-row' }
  | { readonly kind: 'count'; readonly count: number }
  | {
      readonly kind: 'distance';
      readonly following: boolean;
      readonly offset: Expression;
      readonly key: Expression;
      readonly limit: Expression;
    };

/** The rows of its partition that a window function looks at for a row. */
export interface WindowFrame {
  readonly unit: 'rows' | 'range' | 'groups';
  readonly start: FrameBound;
  readonly end: FrameBound;
  readonly exclude: 'nothing' | 'current-row' | 'group' | 'ties';
}

/** A window function, or an aggregate function as one. */
export interface WindowCall {
  /** Its overload is a {@link WindowOverload} or an {@link AggregateOverload} of the registry. Never DISTINCT. */
  readonly call: AggregateCall;
  /** How many of the window's keys of ORDER BY are its own: rows that are equal in these are peers. */
  readonly numOrderKeys: number;
  readonly frame: WindowFrame;
}
