import { QueryError, type SourceSpan } from '../../error/index.ts';
import type { ColumnId, Expression } from '../../expression/index.ts';
import { collectColumns } from '../../expression/traverse.ts';
import { didYouMean, nearestNames } from '../nearest-names.ts';
import type { AggregateSink } from './aggregate-sink.ts';

/** A name that a column can be called by, and what it stands for. */
export interface ScopeColumn {
  readonly name: string;
  readonly expression: Expression;
}

/** What one item of FROM gives, under the name by which it is called. */
export interface ScopeRelation {
  /** The alias, or else the table's own name; undefined for a derived table without one. */
  readonly name: string | undefined;
  /** What stands before the name, where it is no alias: `s` of `s.t`. */
  readonly qualifier: readonly string[];
  readonly columns: readonly ScopeColumn[];
}

/**
 * The names of one query level. Unqualified names are looked up among `columns`, in which a column that USING merges stands
 * once; qualified ones in their relation. What is found nowhere is looked for in the query around.
 */
export class Scope {
  readonly relations: readonly ScopeRelation[];
  readonly columns: readonly ScopeColumn[];
  readonly outer: Scope | undefined;
  /** Where aggregate functions of queries inside go whose arguments are columns of this level. */
  readonly aggregates: AggregateSink | undefined;
  #columnIds: ReadonlySet<ColumnId> | undefined;

  constructor(
    relations: readonly ScopeRelation[],
    columns: readonly ScopeColumn[],
    outer?: Scope,
    aggregates?: AggregateSink,
  ) {
    this.relations = relations;
    this.columns = columns;
    this.outer = outer;
    this.aggregates = aggregates;
  }

  /** The same names, with a place for aggregate functions. */
  withAggregates(aggregates: AggregateSink | undefined): Scope {
    return new Scope(this.relations, this.columns, this.outer, aggregates);
  }

  /** The columns that the names of this level stand for. */
  get columnIds(): ReadonlySet<ColumnId> {
    if (!this.#columnIds) {
      const ids = new Set<ColumnId>();
      for (const { expression } of this.columns) collectColumns(expression, ids);
      for (const { columns } of this.relations) for (const { expression } of columns) collectColumns(expression, ids);
      this.#columnIds = ids;
    }
    return this.#columnIds;
  }

  /**
   * The column of an unqualified name; undefined when this level has none. Letter case decides only between names that differ
   * in nothing else. Throws AMBIGUOUS_COLUMN.
   */
  column(name: string, span: SourceSpan): ScopeColumn | undefined {
    return pickByName(this.columns, name, (found) => this.#ambiguous(name, found, span));
  }

  /** The relation of a qualifier (`t`, or `s` and `t`); undefined when this level has none. */
  relation(path: readonly string[], span: SourceSpan): ScopeRelation | undefined {
    const name = path.at(-1)!;
    const schema = path.slice(0, -1);
    const named = this.relations.filter(
      (relation) =>
        relation.name?.toLowerCase() === name.toLowerCase() &&
        schema.every((part, i) => relation.qualifier[relation.qualifier.length - schema.length + i] === part),
    );
    const exact = named.filter((relation) => relation.name === name);
    const found = exact.length > 0 ? exact : named;
    if (found.length > 1) {
      throw new QueryError('AMBIGUOUS_COLUMN', `The table name "${path.join('.')}" is ambiguous.`, {
        span,
        details: { table: path.join('.') },
      });
    }
    return found[0];
  }

  /** The column of a qualified name in its relation. Throws UNKNOWN_COLUMN, AMBIGUOUS_COLUMN. */
  columnOf(relation: ScopeRelation, name: string, span: SourceSpan): ScopeColumn {
    const found = pickByName(relation.columns, name, (all) => this.#ambiguous(name, all, span));
    if (found) return found;
    const label = `${relation.name}.${name}`;
    throw unknownColumn(
      label,
      name,
      relation.columns.map((column) => column.name),
      span,
    );
  }

  /** UNKNOWN_COLUMN with the nearest names of this level and the ones around. */
  unknown(name: string, span: SourceSpan): QueryError {
    const names: string[] = [];
    for (let scope: Scope | undefined = this; scope; scope = scope.outer) {
      names.push(...scope.columns.map((column) => column.name));
    }
    return unknownColumn(name, name, names, span);
  }

  /** UNKNOWN_TABLE for a qualifier that no item of FROM has. */
  unknownRelation(path: readonly string[], span: SourceSpan): QueryError {
    const names = this.relations.flatMap(({ name }) => name ?? []);
    const candidates = nearestNames(path.at(-1)!, names);
    return new QueryError('UNKNOWN_TABLE', `There is no table "${path.join('.')}" in FROM.`, {
      span,
      details: { table: path.join('.'), candidates: candidates.length > 0 ? candidates : names },
      hint: didYouMean(candidates),
    });
  }

  #ambiguous(name: string, found: readonly ScopeColumn[], span: SourceSpan): QueryError {
    const labels = found.map((column) => {
      const owner = this.relations.find(({ columns }) => columns.includes(column));
      return owner?.name === undefined ? column.name : `${owner.name}.${column.name}`;
    });
    return new QueryError('AMBIGUOUS_COLUMN', `The column "${name}" is ambiguous.`, {
      span,
      details: { column: name, candidates: labels },
      hint: `Say which one: ${labels.join(' or ')}.`,
    });
  }
}

/** The entry of exactly this name, or else of this name in another letter case. */
export function pickByName<T extends { readonly name: string }>(
  entries: readonly T[],
  name: string,
  ambiguous: (found: readonly T[]) => QueryError,
): T | undefined {
  const exact = entries.filter((entry) => entry.name === name);
  const lower = name.toLowerCase();
  const found = exact.length > 0 ? exact : entries.filter((entry) => entry.name.toLowerCase() === lower);
  if (found.length > 1) throw ambiguous(found);
  return found[0];
}

function unknownColumn(label: string, name: string, names: readonly string[], span: SourceSpan): QueryError {
  const candidates = nearestNames(name, names);
  return new QueryError('UNKNOWN_COLUMN', `There is no column "${label}".`, {
    span,
    details: { column: label, candidates },
    hint: didYouMean(candidates),
  });
}
