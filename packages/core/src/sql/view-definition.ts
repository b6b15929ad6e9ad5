import { QueryError, type SourceSpan, unsupported } from '../error/index.ts';
import type { AstQuery } from './ast/index.ts';
import { parseStatement } from './parse/parse-statement.ts';

/** A view, kept as the text of its query. */
export interface ViewDefinition {
  readonly sql: string;
  /** Names for the first columns; the others keep those of the query. */
  readonly columns: readonly string[];
}

/** Views by the parts of their name; undefined where a name is none. */
export type ViewLookup = (path: readonly string[]) => ViewDefinition | undefined;

/**
 * A view's query as if it stood where the view is named: all positions are those of the name, because the user's text does not
 * hold the view's. `within` are the views being expanded, which must not be named again.
 */
export function expandView(name: string, view: ViewDefinition, span: SourceSpan, within: readonly string[]): AstQuery {
  if (within.includes(name)) {
    throw new QueryError('INVALID_CLAUSE', `The view "${name}" reads itself.`, {
      span,
      details: { view: name, path: [...within, name] },
    });
  }
  const statement = inView(name, span, () => parseStatement(view.sql));
  if (statement.kind !== 'query') throw unsupported(`A view over anything but a query ("${name}")`, span);
  return respan(statement.query, span);
}

/** Runs what concerns a view's text; an error says which view, and points at its name. */
export function inView<R>(name: string, span: SourceSpan, run: () => R): R {
  try {
    return run();
  } catch (error) {
    if (!(error instanceof QueryError) || error.details.view !== undefined) throw error;
    const { code, message, details, hint, cause } = error;
    throw new QueryError(code, `In the view "${name}": ${message}`, {
      details: { ...details, view: name },
      hint,
      cause,
      span,
    });
  }
}

function respan<T>(value: T, span: SourceSpan): T {
  if (Array.isArray(value)) return value.map((item) => respan(item, span)) as T;
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, child]) => [key, /span$/i.test(key) ? span : respan(child, span)]),
  ) as T;
}
