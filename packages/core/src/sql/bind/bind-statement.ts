import { QueryError, type SourceSpan, unsupported } from '../../error/index.ts';
import type { LogicalPlan } from '../../logical/index.ts';
import type { DataType } from '../../types/index.ts';
import type { AstCreateForeignTable, AstCreateView, AstOption, AstQuery, Statement } from '../ast/index.ts';
import { resolveTypeName } from '../sql-type-name.ts';
import type { ViewDefinition } from '../view-definition.ts';
import type { BindEnvironment } from './bind-environment.ts';
import { bindFromItem } from './bind-from.ts';
import { bindQuery, settle } from './bind-query.ts';
import { Binder } from './binder.ts';

/** A query: its plan, whose columns are the result's. */
export interface BoundQuery {
  readonly kind: 'query';
  readonly plan: LogicalPlan;
}

export interface BoundExplain {
  readonly kind: 'explain';
  readonly analyze: boolean;
  readonly cost: boolean;
  readonly verbose: boolean;
  readonly plan: LogicalPlan;
}

export interface BoundCreateView {
  readonly kind: 'create-view';
  readonly path: readonly string[];
  readonly replace: boolean;
  readonly view: ViewDefinition;
  readonly span: SourceSpan;
}

export interface BoundCreateForeignTable {
  readonly kind: 'create-foreign-table';
  readonly path: readonly string[];
  readonly ifNotExists: boolean;
  /** Empty when the files decide. */
  readonly columns: readonly { readonly name: string; readonly type: DataType; readonly nullable: boolean }[];
  readonly server: string;
  readonly options: readonly AstOption[];
  readonly span: SourceSpan;
}

export interface BoundDrop {
  readonly kind: 'drop';
  readonly what: 'view' | 'table';
  readonly ifExists: boolean;
  readonly names: readonly (readonly string[])[];
  readonly span: SourceSpan;
}

/** `SET name = value`; undefined goes back to the default. */
export interface BoundSet {
  readonly kind: 'set';
  readonly name: string;
  readonly value: string | undefined;
  readonly span: SourceSpan;
}

/** `SHOW name`; the name `tables` asks for the names of all tables and views. */
export interface BoundShow {
  readonly kind: 'show';
  readonly name: string;
  readonly span: SourceSpan;
}

/** A statement with every name and type resolved. */
export type BoundStatement =
  | BoundQuery
  | BoundExplain
  | BoundCreateView
  | BoundCreateForeignTable
  | BoundDrop
  | BoundSet
  | BoundShow;

/**
 * Binds a statement to a logical plan, or to what else it does. All tables must have been found before (`collectTables`).
 *
 * Throws a `QueryError` of kind `InvalidQuery` or `Unsupported` with its position in the text; `CAST_FAILED` or `OVERFLOW` for
 * a constant that cannot be cast.
 */
export function bindStatement(statement: Statement, environment: BindEnvironment): BoundStatement {
  const binder = new Binder(environment, { query: bindQuery, fromItem: bindFromItem });
  const bound = withinStack(statement.span, () => bindKind(binder, statement));
  binder.checkParameters(statement.span);
  return bound;
}

function bindKind(binder: Binder, statement: Statement): BoundStatement {
  const { span } = statement;
  switch (statement.kind) {
    case 'query':
      return { kind: 'query', plan: planOf(binder, statement.query) };
    case 'explain': {
      const { analyze, cost, verbose } = statement;
      return { kind: 'explain', analyze, cost, verbose, plan: planOf(binder, statement.query) };
    }
    case 'create-view':
      return createView(binder, statement);
    case 'create-foreign-table':
      return createForeignTable(statement);
    case 'drop': {
      const { what, ifExists, names } = statement;
      return { kind: 'drop', what, ifExists, names, span };
    }
    case 'set':
      return { kind: 'set', name: statement.name.toLowerCase(), value: statement.value, span };
    case 'show':
      return { kind: 'show', name: statement.name.toLowerCase(), span };
  }
}

function planOf(binder: Binder, query: AstQuery): LogicalPlan {
  return settle(bindQuery(binder, query, { ctes: undefined, outer: undefined, views: [] }));
}

/** The query of a view is bound once to see that it can be; what is kept is its text. */
function createView(
  binder: Binder,
  { path, replace, columns, query, sql, nameSpan: span }: AstCreateView,
): BoundCreateView {
  if (binder.environment.parameters.length > 0) throw unsupported('A view with parameters', span);
  const plan = planOf(binder, query);
  if (columns.length > plan.columns.length) {
    throw new QueryError(
      'INVALID_CLAUSE',
      `The query of the view has ${plan.columns.length} columns, but ${columns.length} names are given for them.`,
      { span },
    );
  }
  checkDuplicates(
    plan.columns.map(({ name }, i) => columns[i] ?? name),
    span,
  );
  return { kind: 'create-view', path, replace, view: { sql, columns }, span };
}

function createForeignTable(statement: AstCreateForeignTable): BoundCreateForeignTable {
  const { path, ifNotExists, server, options, nameSpan } = statement;
  const columns = statement.columns.map(({ name, type, nullable }) => ({
    name,
    type: resolveTypeName(type).type,
    nullable,
  }));
  checkDuplicates(
    columns.map(({ name }) => name),
    nameSpan,
  );
  return { kind: 'create-foreign-table', path, ifNotExists, columns, server, options, span: nameSpan };
}

function checkDuplicates(names: readonly string[], span: SourceSpan): void {
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice === undefined) return;
  throw new QueryError('DUPLICATE_NAME', `The column name "${twice}" is given more than once.`, {
    span,
    details: { name: twice },
  });
}

/** Views and CTEs nest deeper than any one text; where the stack ends, so does the statement. */
function withinStack<R>(span: SourceSpan, run: () => R): R {
  try {
    return run();
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new QueryError('FEATURE_NOT_IMPLEMENTED', 'The statement is nested too deeply.', { span, cause: error });
  }
}
