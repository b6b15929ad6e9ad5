import type { AstQuery, AstTableItem, Statement } from './ast/index.ts';
import type { ParameterValue } from './parameter-value.ts';
import { isParquetCall, namedReference, parquetReference, type TableReference } from './table-reference.ts';
import { expandView, inView, type ViewLookup } from './view-definition.ts';

export interface CollectTablesOptions {
  /** Values of `$1` and so on, which may be locations. */
  readonly parameters?: readonly ParameterValue[];
  /** Views, whose tables are collected in their place. Default: there are none. */
  readonly views?: ViewLookup;
}

/**
 * The tables that a statement reads, each once, in the order of the text: what has to be found before the statement can be
 * bound. Names of CTEs are left out; tables behind views are included. Throws what an ill-formed `read_parquet` or a view
 * deserves.
 */
export function collectTables(statement: Statement, options: CollectTablesOptions = {}): TableReference[] {
  const collector = new TableCollector(options);
  if ('query' in statement) collector.query(statement.query, new Set(), []);
  return [...collector.found.values()];
}

class TableCollector {
  readonly found = new Map<string, TableReference>();
  readonly #parameters: readonly ParameterValue[];
  readonly #views: ViewLookup;

  constructor({ parameters = [], views = () => undefined }: CollectTablesOptions) {
    this.#parameters = parameters;
    this.#views = views;
  }

  query(query: AstQuery, outer: ReadonlySet<string>, views: readonly string[]): void {
    const ctes = new Set(outer);
    if (query.recursive) for (const { name } of query.ctes) ctes.add(name);
    for (const { name, query: definition } of query.ctes) {
      this.query(definition, ctes, views);
      ctes.add(name);
    }
    const { body, orderBy, limit, offset } = query;
    for (const part of [body, orderBy, limit, offset]) this.#visit(part, ctes, views);
  }

  /** Walks plain data: queries may stand anywhere in an expression. */
  #visit(value: unknown, ctes: ReadonlySet<string>, views: readonly string[]): void {
    if (Array.isArray(value)) {
      for (const item of value) this.#visit(item, ctes, views);
    } else if (typeof value === 'object' && value !== null) {
      const { kind } = value as { kind?: unknown };
      if (kind === 'query') this.query(value as AstQuery, ctes, views);
      else if (kind === 'table') this.#table(value as AstTableItem, ctes, views);
      else if (isParquetCall(value))
        this.#add(parquetReference(value.calls[0], (n) => this.#parameters[n - 1] ?? null));
      else for (const child of Object.values(value)) this.#visit(child, ctes, views);
    }
  }

  #table(item: AstTableItem, ctes: ReadonlySet<string>, views: readonly string[]): void {
    const [name] = item.path;
    if (item.path.length === 1 && ctes.has(name!)) return;
    const view = this.#views(item.path);
    if (view) {
      const label = item.path.join('.');
      const query = expandView(label, view, item.span, views);
      inView(label, item.span, () => this.query(query, new Set(), [...views, label]));
    } else this.#add(namedReference(item));
  }

  #add(reference: TableReference): void {
    if (!this.found.has(reference.key)) this.found.set(reference.key, reference);
  }
}
