import type { QueryError, SourceSpan } from '@millrace/core';

/**
 * An error for people: what happened, where in the SQL (with a caret under it), and what to do.
 *
 * ```
 * error: column "l_quantitty" does not exist [UNKNOWN_COLUMN]
 *   1 | SELECT l_quantitty FROM lineitem
 *     |        ^^^^^^^^^^^
 *   hint: Did you mean "l_quantity"?
 * ```
 */
export function errorText(error: QueryError, sql: string | undefined): string {
  const lines = [`error: ${error.message} [${error.code}]`];
  if (error.span && sql !== undefined) lines.push(...excerpt(sql, error.span));
  if (error.hint) lines.push(`  hint: ${error.hint}`);
  return `${lines.join('\n')}\n`;
}

function excerpt(sql: string, { start, end }: SourceSpan): string[] {
  const from = Math.min(start, sql.length);
  const lineStart = sql.lastIndexOf('\n', from - 1) + 1;
  const nextBreak = sql.indexOf('\n', from);
  const lineEnd = nextBreak < 0 ? sql.length : nextBreak;
  const number = String(sql.slice(0, from).split('\n').length);
  // Tabs stay tabs, so that the caret stands under its word whatever their width is.
  const indent = sql.slice(lineStart, from).replace(/[^\t]/g, ' ');
  const width = Math.max(1, Math.min(end, lineEnd) - from);
  const margin = ' '.repeat(number.length);
  return [`  ${number} | ${sql.slice(lineStart, lineEnd)}`, `  ${margin} | ${indent}${'^'.repeat(width)}`];
}
