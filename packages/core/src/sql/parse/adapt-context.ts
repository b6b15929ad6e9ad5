import type { Node } from 'libpg-query';
import { QueryError, type SourceSpan, unsupported } from '../../error/index.ts';
import type { AstExpression, AstQuery } from '../ast/index.ts';
import type { SourceText } from './source-text.ts';

/**
 * Levels that expressions and queries may be nested. Everything behind the parser walks trees recursively; this keeps it
 * clear of the end of the JavaScript stack.
 */
const MAX_NESTING = 500;
/** A query inside a query takes about as much stack as this many levels of expression. */
const QUERY_NESTING = 8;

/** What the adapters of the clause families share: the text, and the way into one another. */
export interface AdaptFamilies {
  readonly expression: (context: AdaptContext, node: Node) => AstExpression;
  readonly query: (context: AdaptContext, node: Node) => AstQuery;
}

export class AdaptContext {
  readonly source: SourceText;
  readonly #families: AdaptFamilies;
  #depth = 0;

  constructor(source: SourceText, families: AdaptFamilies) {
    this.source = source;
    this.#families = families;
  }

  expression(node: Node | undefined): AstExpression {
    if (!node) throw new QueryError('SYNTAX', 'An expression is missing.');
    return this.nested(1, node, () => this.#families.expression(this, node));
  }

  /** `expression` for a node that may be missing. */
  optional(node: Node | undefined): AstExpression | undefined {
    return node && this.expression(node);
  }

  expressions(nodes: readonly Node[] | undefined): AstExpression[] {
    return (nodes ?? []).map((node) => this.expression(node));
  }

  query(node: Node): AstQuery {
    return this.nested(QUERY_NESTING, node, () => this.#families.query(this, node));
  }

  /** The token at a byte offset of the parser; the offset is absent where it is 0. */
  token(location: number | undefined): SourceSpan {
    return this.source.tokenAt(this.source.fromByte(Math.max(0, location ?? 0)));
  }

  /** The dotted name at a byte offset. */
  name(location: number | undefined): SourceSpan {
    return this.source.nameAt(this.source.fromByte(Math.max(0, location ?? 0)));
  }

  /** The token where a node begins that carries no location itself; undefined when nothing in it does. */
  firstToken(node: unknown): SourceSpan | undefined {
    const location = firstLocation(node);
    return location === undefined ? undefined : this.token(location);
  }

  /**
   * Refuses every set field of a parse node that is not in `known`: what the grammar has understood and we have not must
   * not be dropped.
   */
  refuseOthers<T extends object>(what: string, node: T, known: readonly (keyof T)[], span?: SourceSpan): void {
    for (const key of Object.keys(node) as (keyof T & string)[]) {
      if (known.includes(key) || isNothing(node[key])) continue;
      throw unsupported(FIELD_NAMES[key] ?? `${key} of ${what}`, this.firstToken(node[key]) ?? span);
    }
  }

  /** Adapts something one or more levels deeper; throws when that is deeper than {@link MAX_NESTING}. */
  nested<R>(levels: number, node: Node, adapt: () => R): R {
    this.#depth += levels;
    if (this.#depth > MAX_NESTING) {
      throw new QueryError(
        'FEATURE_NOT_IMPLEMENTED',
        `Expressions nested deeper than ${MAX_NESTING} levels are not supported.`,
        {
          span: this.firstToken(node),
          hint: 'Write long chains of values as IN (...) or VALUES lists, and split deeply nested queries with WITH.',
        },
      );
    }
    const result = adapt();
    this.#depth -= levels;
    return result;
  }
}

/** Clauses by the parser's field for them, as a user knows them. */
const FIELD_NAMES: Readonly<Record<string, string>> = {
  lockingClause: 'FOR UPDATE and FOR SHARE',
  intoClause: 'SELECT INTO',
  agg_within_group: 'WITHIN GROUP',
  func_variadic: 'VARIADIC in a call',
  ordinality: 'WITH ORDINALITY',
  is_rowsfrom: 'ROWS FROM',
  coldeflist: 'A column definition list in FROM',
  join_using_alias: 'An alias of JOIN USING',
  search_clause: 'SEARCH in a recursive query',
  cycle_clause: 'CYCLE in a recursive query',
  setof: 'SETOF',
  pct_type: '%TYPE',
  collClause: 'COLLATE in a column definition',
  raw_default: 'DEFAULT in a column definition',
  fdwoptions: 'OPTIONS of a column',
  inhRelations: 'INHERITS',
  partspec: 'PARTITION BY',
  partbound: 'PARTITION OF',
  catalogname: 'A name of more than two parts',
  useOp: 'ORDER BY ... USING',
  is_local: 'SET LOCAL',
  concurrent: 'CONCURRENTLY',
};

function isNothing(value: unknown): boolean {
  return value === undefined || value === false || value === '' || (Array.isArray(value) && value.length === 0);
}

/** The least byte offset in a parse tree; undefined when there is none. */
function firstLocation(node: unknown): number | undefined {
  let least: number | undefined;
  const pending: unknown[] = [node];
  while (pending.length > 0) {
    const value = pending.pop();
    if (typeof value !== 'object' || value === null) continue;
    const { location } = value as { location?: unknown };
    if (typeof location === 'number' && location >= 0 && (least === undefined || location < least)) least = location;
    for (const child of Object.values(value)) if (typeof child === 'object') pending.push(child);
  }
  return least;
}

/** The kind of a node and what it holds. */
export function unwrap(node: Node): readonly [kind: string, body: object] {
  const [entry] = Object.entries(node);
  return entry ?? ['', {}];
}

/** The strings of a list of `String` nodes. */
export function stringsOf(nodes: readonly Node[] | undefined): string[] {
  return (nodes ?? []).map((node) => ('String' in node ? (node.String.sval ?? '') : ''));
}
