import type { RawStmt } from 'libpg-query';
import { QueryError, type SourceSpan } from '../../error/index.ts';
import type { Statement } from '../ast/index.ts';
import { AdaptContext, type AdaptFamilies } from './adapt-context.ts';
import { adaptExpression } from './adapt-expression.ts';
import { adaptQuery } from './adapt-query.ts';
import { adaptStatement } from './adapt-statement.ts';
import { parseTree } from './postgres-parser.ts';
import { SourceText } from './source-text.ts';

const FAMILIES: AdaptFamilies = { expression: adaptExpression, query: adaptQuery };

/**
 * The one statement of a SQL text, in PostgreSQL's grammar. `loadParser()` must have settled. Positions count UTF-16 units of
 * `sql`.
 *
 * Throws SYNTAX where the grammar does not fit or there is no statement, INVALID_CLAUSE at the second statement, and
 * FEATURE_NOT_IMPLEMENTED at whatever the grammar knows and Millrace does not.
 */
export function parseStatement(sql: string): Statement {
  const source = new SourceText(sql);
  const [first, second] = rawStatements(source);
  if (second) {
    throw new QueryError('INVALID_CLAUSE', 'One call runs one statement, and the text holds several.', {
      span: source.tokenAt(second.span.start),
      hint: 'Run the statements one after the other.',
    });
  }
  if (!first) {
    throw new QueryError('SYNTAX', 'The text holds no SQL statement.', { span: { start: 0, end: sql.length } });
  }
  return adapt(source, first);
}

/** The text of each statement, in order, with its place; empty ones are left out. Throws SYNTAX. */
export function splitStatements(sql: string): { readonly sql: string; readonly span: SourceSpan }[] {
  return rawStatements(new SourceText(sql)).map(({ span }) => ({ sql: sql.slice(span.start, span.end), span }));
}

/** All statements of a SQL text, in order. Throws like {@link parseStatement}, except that several are welcome. */
export function parseStatements(sql: string): Statement[] {
  const source = new SourceText(sql);
  return rawStatements(source).map((raw) => adapt(source, raw));
}

interface RawStatement {
  readonly node: NonNullable<RawStmt['stmt']>;
  readonly span: SourceSpan;
}

function rawStatements(source: SourceText): RawStatement[] {
  return (parseTree(source).stmts ?? []).flatMap((raw) => {
    if (!raw.stmt) return [];
    const first = raw.stmt_location ?? 0;
    // A length of 0 reaches to the end of the text.
    const end = raw.stmt_len ? source.fromByte(first + raw.stmt_len) : source.text.trimEnd().length;
    return [{ node: raw.stmt, span: { start: source.skipBlank(source.fromByte(first)), end } }];
  });
}

function adapt(source: SourceText, raw: RawStatement): Statement {
  return adaptStatement(new AdaptContext(source, FAMILIES), raw.node, raw.span);
}
