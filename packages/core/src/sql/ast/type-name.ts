import type { SourceSpan } from '../../error/index.ts';

/** A type as it was written: `numeric(15,2)`, `text[]`, `interval year to month`. */
export interface TypeName {
  /** Lower case; the grammar has already turned its own words (`double precision`) into PostgreSQL's names (`float8`). */
  readonly name: string;
  /** Numbers in parentheses; for an interval the grammar's mask of fields, then the digits of the seconds. */
  readonly modifiers: readonly number[];
  /** How many `[]` follow. */
  readonly dimensions: number;
  readonly span: SourceSpan;
}
