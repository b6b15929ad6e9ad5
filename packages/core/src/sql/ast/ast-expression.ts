import type { SourceSpan } from '../../error/index.ts';
import type { AstQuery } from './ast-query.ts';
import type { TypeName } from './type-name.ts';

interface AstBase {
  /** The operator, name or literal that stands for the node in the text. */
  readonly span: SourceSpan;
}

/** `a`, `t.a`, `s.t.a`: names as the grammar folds them. */
export interface AstColumn extends AstBase {
  readonly kind: 'column';
  readonly path: readonly string[];
}

/** `*` or `t.*`. */
export interface AstStar extends AstBase {
  readonly kind: 'star';
  readonly qualifier: readonly string[];
}

/** A numeric literal in the digits of the text, a sign included. */
export interface AstNumber extends AstBase {
  readonly kind: 'number';
  readonly text: string;
}

export interface AstString extends AstBase {
  readonly kind: 'string';
  readonly value: string;
}

export interface AstBoolean extends AstBase {
  readonly kind: 'boolean';
  readonly value: boolean;
}

export interface AstNull extends AstBase {
  readonly kind: 'null';
}

/** `$n`, counted from 1. */
export interface AstParameter extends AstBase {
  readonly kind: 'parameter';
  readonly number: number;
}

/** A binary operator, or a prefix operator when `left` is undefined; LIKE and its kin by their symbols (`~~`, `!~~*`). */
export interface AstOperator extends AstBase {
  readonly kind: 'operator';
  readonly name: string;
  readonly left: AstExpression | undefined;
  readonly right: AstExpression;
}

/** `left op ANY (array)`, `left op ALL (array)`. */
export interface AstQuantified extends AstBase {
  readonly kind: 'quantified';
  readonly operator: string;
  readonly quantifier: 'any' | 'all';
  readonly left: AstExpression;
  readonly array: AstExpression;
}

export interface AstLogical extends AstBase {
  readonly kind: 'and' | 'or';
  readonly args: readonly AstExpression[];
}

export interface AstNot extends AstBase {
  readonly kind: 'not';
  readonly arg: AstExpression;
}

/** `arg IS [NOT] NULL`. */
export interface AstNullTest extends AstBase {
  readonly kind: 'null-test';
  readonly negated: boolean;
  readonly arg: AstExpression;
}

/** `arg IS [NOT] TRUE | FALSE | UNKNOWN`. */
export interface AstTruthTest extends AstBase {
  readonly kind: 'truth-test';
  readonly negated: boolean;
  readonly value: 'true' | 'false' | 'unknown';
  readonly arg: AstExpression;
}

/** `left IS [NOT] DISTINCT FROM right`. */
export interface AstDistinctTest extends AstBase {
  readonly kind: 'distinct-test';
  readonly negated: boolean;
  readonly left: AstExpression;
  readonly right: AstExpression;
}

export interface AstBetween extends AstBase {
  readonly kind: 'between';
  readonly negated: boolean;
  readonly symmetric: boolean;
  readonly arg: AstExpression;
  readonly low: AstExpression;
  readonly high: AstExpression;
}

export interface AstInList extends AstBase {
  readonly kind: 'in-list';
  readonly negated: boolean;
  readonly arg: AstExpression;
  readonly items: readonly AstExpression[];
}

export interface AstCase extends AstBase {
  readonly kind: 'case';
  readonly subject: AstExpression | undefined;
  readonly branches: readonly {
    readonly when: AstExpression;
    readonly result: AstExpression;
    readonly span: SourceSpan;
  }[];
  readonly otherwise: AstExpression | undefined;
}

export interface AstCoalesce extends AstBase {
  readonly kind: 'coalesce';
  readonly args: readonly AstExpression[];
}

export interface AstNullIf extends AstBase {
  readonly kind: 'nullif';
  readonly left: AstExpression;
  readonly right: AstExpression;
}

export interface AstExtremum extends AstBase {
  readonly kind: 'greatest' | 'least';
  readonly args: readonly AstExpression[];
}

/** `CAST(arg AS type)`, `arg::type`; `literal` for `type 'text'`. */
export interface AstCast extends AstBase {
  readonly kind: 'cast';
  readonly literal: boolean;
  readonly arg: AstExpression;
  readonly type: TypeName;
}

export interface AstSortItem {
  readonly expression: AstExpression;
  readonly descending: boolean;
  readonly nullsFirst: boolean;
}

/** An argument written as `name => value`. */
export interface AstNamedArgument extends AstBase {
  readonly name: string;
  readonly value: AstExpression;
}

/** A call by name, and the calls that SQL writes with words (`EXTRACT`, `SUBSTRING FROM FOR`, `TRIM`, `AT TIME ZONE`). */
export interface AstCall extends AstBase {
  readonly kind: 'call';
  readonly path: readonly string[];
  readonly args: readonly AstExpression[];
  readonly named: readonly AstNamedArgument[];
  /** `f(*)`. */
  readonly star: boolean;
  readonly distinct: boolean;
  readonly orderBy: readonly AstSortItem[];
  /** `orderBy` stands behind the call: `WITHIN GROUP (ORDER BY ...)`. */
  readonly withinGroup: boolean;
  readonly filter: AstExpression | undefined;
  readonly over: AstWindow | undefined;
}

/** `grouping(a, b)`. */
export interface AstGrouping extends AstBase {
  readonly kind: 'grouping';
  readonly args: readonly AstExpression[];
}

/** What follows OVER, or AS in the WINDOW clause. */
export interface AstWindow {
  readonly span: SourceSpan;
  /** The window that this one is built on: the whole of it (`OVER w`), or its beginning (`OVER (w ...)`). */
  readonly base: { readonly name: string; readonly isWhole: boolean } | undefined;
  readonly partitionBy: readonly AstExpression[];
  readonly orderBy: readonly AstSortItem[];
  /** Undefined where none is written. */
  readonly frame: AstFrame | undefined;
}

export interface AstFrame {
  readonly unit: 'rows' | 'range' | 'groups';
  readonly start: AstFrameBound;
  readonly end: AstFrameBound;
  readonly exclude: 'nothing' | 'current-row' | 'group' | 'ties';
}

/** `unbounded` is the partition's first row as a start, its last as an end. */
export type AstFrameBound =
  | { readonly kind: 'unbounded' }
  | { readonly kind: 'current-row' }
  | { readonly kind: 'preceding' | 'following'; readonly offset: AstExpression };

/** `CURRENT_DATE` and its kin. */
export interface AstCurrentTime extends AstBase {
  readonly kind: 'current-time';
  readonly what: 'date' | 'time' | 'timestamp' | 'localtime' | 'localtimestamp';
  /** Digits of the seconds' fraction; undefined for all six. */
  readonly precision: number | undefined;
}

export interface AstArray extends AstBase {
  readonly kind: 'array';
  readonly items: readonly AstExpression[];
}

/** `arg[index]`. */
export interface AstSubscript extends AstBase {
  readonly kind: 'subscript';
  readonly arg: AstExpression;
  readonly index: AstExpression;
}

/** `arg[from:to]`, of which each bound may be missing. */
export interface AstSlice extends AstBase {
  readonly kind: 'slice';
  readonly arg: AstExpression;
  readonly from: AstExpression | undefined;
  readonly to: AstExpression | undefined;
}

/** `(arg).name`. */
export interface AstField extends AstBase {
  readonly kind: 'field';
  readonly arg: AstExpression;
  readonly name: string;
}

/** `ROW(...)` or `(a, b)`. */
export interface AstRow extends AstBase {
  readonly kind: 'row';
  readonly items: readonly AstExpression[];
}

/** A query in the place of an expression; `test` and `operator` belong to `any` (also IN) and `all`. */
export interface AstSubquery extends AstBase {
  readonly kind: 'subquery';
  readonly form: 'scalar' | 'exists' | 'any' | 'all' | 'array';
  readonly test: AstExpression | undefined;
  readonly operator: string;
  readonly query: AstQuery;
}

/** An expression as it was written: no name resolved, no type known. */
export type AstExpression =
  | AstColumn
  | AstStar
  | AstNumber
  | AstString
  | AstBoolean
  | AstNull
  | AstParameter
  | AstOperator
  | AstQuantified
  | AstLogical
  | AstNot
  | AstNullTest
  | AstTruthTest
  | AstDistinctTest
  | AstBetween
  | AstInList
  | AstCase
  | AstCoalesce
  | AstNullIf
  | AstExtremum
  | AstCast
  | AstCall
  | AstGrouping
  | AstCurrentTime
  | AstArray
  | AstSubscript
  | AstSlice
  | AstField
  | AstRow
  | AstSubquery;
