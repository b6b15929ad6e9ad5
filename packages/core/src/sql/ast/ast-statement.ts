import type { SourceSpan } from '../../error/index.ts';
import type { AstQuery } from './ast-query.ts';
import type { TypeName } from './type-name.ts';

interface StatementBase {
  /** The whole statement without its semicolon. */
  readonly span: SourceSpan;
}

export interface AstQueryStatement extends StatementBase {
  readonly kind: 'query';
  readonly query: AstQuery;
}

/** `EXPLAIN [(ANALYZE, COST, VERBOSE)] query`. */
export interface AstExplain extends StatementBase {
  readonly kind: 'explain';
  readonly analyze: boolean;
  readonly cost: boolean;
  readonly verbose: boolean;
  readonly query: AstQuery;
}

export interface AstCreateView extends StatementBase {
  readonly kind: 'create-view';
  readonly path: readonly string[];
  readonly nameSpan: SourceSpan;
  readonly replace: boolean;
  readonly columns: readonly string[];
  readonly query: AstQuery;
  /** The query as it was written: what a catalog keeps. */
  readonly sql: string;
}

/** `OPTIONS (name 'value')`. */
export interface AstOption {
  readonly name: string;
  readonly value: string;
  readonly span: SourceSpan;
}

export interface AstColumnDefinition {
  readonly name: string;
  readonly type: TypeName;
  readonly nullable: boolean;
  readonly span: SourceSpan;
}

export interface AstCreateForeignTable extends StatementBase {
  readonly kind: 'create-foreign-table';
  readonly path: readonly string[];
  readonly nameSpan: SourceSpan;
  readonly ifNotExists: boolean;
  readonly columns: readonly AstColumnDefinition[];
  readonly server: string;
  readonly options: readonly AstOption[];
}

export interface AstDrop extends StatementBase {
  readonly kind: 'drop';
  readonly what: 'view' | 'table';
  readonly ifExists: boolean;
  readonly names: readonly (readonly string[])[];
}

/** `SET name = value`; undefined for `DEFAULT` and `RESET`. */
export interface AstSet extends StatementBase {
  readonly kind: 'set';
  readonly name: string;
  readonly value: string | undefined;
}

/** `SHOW name`, `SHOW TABLES`. */
export interface AstShow extends StatementBase {
  readonly kind: 'show';
  readonly name: string;
}

/** One SQL statement as it was written. Frozen plain data; nothing in it knows the parser's own tree. */
export type Statement =
  | AstQueryStatement
  | AstExplain
  | AstCreateView
  | AstCreateForeignTable
  | AstDrop
  | AstSet
  | AstShow;
