import type { SourceSpan } from '../../error/index.ts';
import type { AstExpression, AstNamedArgument, AstSortItem, AstWindow } from './ast-expression.ts';

/** A query with what may stand around it: WITH before, ORDER BY, LIMIT and OFFSET behind. */
export interface AstQuery {
  readonly kind: 'query';
  readonly span: SourceSpan;
  readonly ctes: readonly AstCte[];
  readonly recursive: boolean;
  readonly body: AstQueryBody;
  readonly orderBy: readonly AstSortItem[];
  readonly limit: AstExpression | undefined;
  readonly offset: AstExpression | undefined;
}

/** `name (columns) AS (query)`. */
export interface AstCte {
  readonly name: string;
  readonly columns: readonly string[];
  readonly query: AstQuery;
  readonly span: SourceSpan;
}

export type AstQueryBody = AstSelect | AstValues | AstSetOperation;

export interface AstSelectItem {
  readonly expression: AstExpression;
  readonly alias: string | undefined;
  readonly span: SourceSpan;
}

/** An expression of GROUP BY; in ROLLUP and CUBE, whose elements are expressions, a row is one element. */
export interface AstGroupExpression {
  readonly kind: 'group-expression';
  readonly expression: AstExpression;
  readonly span: SourceSpan;
}

/** `GROUPING SETS (...)`, `ROLLUP (...)`, `CUBE (...)`, and `()`, which has no items. */
export interface AstGroupingSets {
  readonly kind: 'grouping-sets' | 'rollup' | 'cube' | 'empty-set';
  readonly items: readonly AstGroupItem[];
  readonly span: SourceSpan;
}

export type AstGroupItem = AstGroupExpression | AstGroupingSets;

export interface AstSelect {
  readonly kind: 'select';
  readonly span: SourceSpan;
  readonly distinct: boolean;
  /** Of `DISTINCT ON (...)`; empty for plain DISTINCT. */
  readonly distinctOn: readonly AstExpression[];
  readonly items: readonly AstSelectItem[];
  /** Comma-separated. */
  readonly from: readonly AstFromItem[];
  readonly where: AstExpression | undefined;
  readonly groupBy: readonly AstGroupItem[];
  /** `GROUP BY DISTINCT`: a grouping set that stands twice counts once. */
  readonly groupDistinct: boolean;
  readonly having: AstExpression | undefined;
  /** The WINDOW clause. */
  readonly windows: readonly AstNamedWindow[];
}

/** `name AS (...)`. */
export interface AstNamedWindow {
  readonly name: string;
  readonly window: AstWindow;
}

export interface AstValues {
  readonly kind: 'values';
  readonly span: SourceSpan;
  readonly rows: readonly (readonly AstExpression[])[];
}

/** One operator over two or more operands: chains of the same operator are one node, so that long ones stay shallow. */
export interface AstSetOperation {
  readonly kind: 'set-operation';
  readonly span: SourceSpan;
  readonly operator: 'union' | 'intersect' | 'except';
  readonly all: boolean;
  readonly operands: readonly AstQuery[];
}

/** `AS name (columns)`. */
export interface AstAlias {
  readonly name: string;
  readonly columns: readonly string[];
}

/** A table, view, CTE or quoted path. */
export interface AstTableItem {
  readonly kind: 'table';
  /** Up to three parts: store or catalog, schema, name. */
  readonly path: readonly string[];
  readonly alias: AstAlias | undefined;
  readonly span: SourceSpan;
}

export interface AstDerivedTable {
  readonly kind: 'derived';
  readonly query: AstQuery;
  readonly alias: AstAlias | undefined;
  readonly lateral: boolean;
  readonly span: SourceSpan;
}

/** A call of a function in FROM. */
export interface AstTableCall {
  readonly path: readonly string[];
  readonly args: readonly AstExpression[];
  readonly named: readonly AstNamedArgument[];
  readonly span: SourceSpan;
}

/** Functions in FROM: `read_parquet('lake/*.parquet')`, or several by `ROWS FROM (...)`. */
export interface AstTableFunction {
  readonly kind: 'table-function';
  readonly calls: readonly [AstTableCall, ...AstTableCall[]];
  /** `WITH ORDINALITY`. */
  readonly ordinality: boolean;
  readonly alias: AstAlias | undefined;
  readonly span: SourceSpan;
}

export interface AstJoin {
  readonly kind: 'join';
  readonly type: 'inner' | 'left' | 'right' | 'full';
  readonly natural: boolean;
  readonly using: readonly string[] | undefined;
  readonly on: AstExpression | undefined;
  readonly left: AstFromItem;
  readonly right: AstFromItem;
  readonly alias: AstAlias | undefined;
  readonly span: SourceSpan;
}

export type AstFromItem = AstTableItem | AstDerivedTable | AstTableFunction | AstJoin;
