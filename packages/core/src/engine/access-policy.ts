import type { ParameterValue } from '../sql/index.ts';
import type { Location } from './engine-settings.ts';

/** A table as an access policy sees it: what it is, not how the SQL spells it. */
export type TableIdentity =
  /** A name that was registered, as it was registered; or a name that stands for nothing. */
  | { readonly kind: 'name'; readonly name: string }
  /** Files named in the SQL itself, by `read_parquet` or a quoted path. */
  | { readonly kind: 'files'; readonly locations: readonly Location[] };

/** What a caller may see of a table. */
export interface TableGrant {
  /** Columns that may be used, in any way. Default: all. */
  readonly columns?: readonly string[] | undefined;
  /** SQL condition over the table's columns; the other rows are not there for the caller, not even by the errors that they would cause. */
  readonly rowFilter?: string | undefined;
  /** SQL expressions that stand in for columns, of the same type or NULL. They may use columns that the caller may not. */
  readonly masks?: Readonly<Record<string, string>> | undefined;
  /** Values of `$1` and so on in `rowFilter` and `masks`, which together must use all of them. Default: none. */
  readonly parameters?: readonly ParameterValue[] | undefined;
}

/**
 * What one query may do. It is enforced on what names were resolved to, and row filters and masks are rewrites of the bound plan: the text
 * of the SQL plays no part. Views are looked through: what counts is the tables that they read.
 */
export interface AccessPolicy {
  /**
   * What may be seen of a table; undefined refuses it with `PERMISSION_DENIED`, whether it exists or not, before anything of it is
   * read. Asked once for each table of the query, and for each name that SHOW TABLES or an error would tell.
   */
  table(table: TableIdentity): TableGrant | undefined;
  /** Whether a function or aggregate may be called; operators are functions by their sign (`+`). Default: all. */
  mayCall?(name: string): boolean;
  /** Whether statements may change names or the session: CREATE, DROP, SET. Default: false. */
  readonly mayDefine?: boolean;
}
