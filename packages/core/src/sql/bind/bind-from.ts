import { QueryError, type SourceSpan } from '../../error/index.ts';
import type { LogicalPlan } from '../../logical/index.ts';
import { VARCHAR } from '../../types/index.ts';
import type { AstAlias, AstDerivedTable, AstFromItem, AstTableFunction, AstTableItem } from '../ast/index.ts';
import { didYouMean, nearestNames } from '../nearest-names.ts';
import { isParquetCall, namedReference, parquetReference, type TableReference } from '../table-reference.ts';
import { expandView, inView } from '../view-definition.ts';
import { bindJoin, isLateral, joinPlans, lateralJoin } from './bind-join.ts';
import { bindRecursive, bindWorkTable, isRecursive } from './bind-recursive.ts';
import { bindTableFunctionCalls } from './bind-table-function.ts';
import { type Binder, type BoundFrom, columnReference, type OpenQuery, type QueryContext } from './binder.ts';
import type { CteDefinition } from './cte-scope.ts';
import { Scope, type ScopeRelation } from './scope.ts';

/** The whole FROM clause; items behind commas are cross joins. Without FROM there is one row without columns. */
export function bindFromClause(binder: Binder, items: readonly AstFromItem[], context: QueryContext): BoundFrom {
  if (items.length === 0) {
    return { plan: { kind: 'Values', columns: [], rows: [[]] }, relations: [], columns: [] };
  }
  const [first, ...others] = items as readonly [AstFromItem, ...AstFromItem[]];
  return others.reduce(
    (left, item) => {
      const right = binder.families.fromItem(binder, item, rightOf(left, context));
      checkNames(left.relations, right.relations, item.span);
      return {
        plan: isLateral(left.plan, right.plan)
          ? lateralJoin('inner', left.plan, right.plan, undefined, item.span)
          : joinPlans('cross', left.plan, right.plan, [], undefined),
        relations: [...left.relations, ...right.relations],
        columns: [...left.columns, ...right.columns],
      };
    },
    binder.families.fromItem(binder, first, { ...context, lateral: undefined }),
  );
}

/** What LATERAL can use right of an item of FROM: its columns, those further left, and those of queries around. */
function rightOf({ relations, columns }: BoundFrom, context: QueryContext): QueryContext {
  return { ...context, lateral: new Scope(relations, columns, context.lateral ?? context.outer) };
}

export function bindFromItem(binder: Binder, item: AstFromItem, context: QueryContext): BoundFrom {
  switch (item.kind) {
    case 'table':
      return bindTable(binder, item, context);
    case 'derived':
      return bindDerivedTable(binder, item, context);
    case 'table-function':
      return bindTableFunction(binder, item, context);
    case 'join': {
      const left = binder.families.fromItem(binder, item.left, context);
      const right = binder.families.fromItem(binder, item.right, rightOf(left, context));
      checkNames(left.relations, right.relations, item.span);
      const joined = bindJoin(binder, item, left, right, context);
      return item.alias ? renamed(joined, item.alias, item.span) : joined;
    }
  }
}

/** Throws DUPLICATE_NAME for two items of FROM with the same name. */
function checkNames(left: readonly ScopeRelation[], right: readonly ScopeRelation[], span: SourceSpan): void {
  const same = (a: ScopeRelation, b: ScopeRelation) =>
    a.name !== undefined && a.name === b.name && JSON.stringify(a.qualifier) === JSON.stringify(b.qualifier);
  const twice = right.find((relation) => left.some((other) => same(relation, other)));
  if (!twice) return;
  throw new QueryError('DUPLICATE_NAME', `The table name "${twice.name}" is used more than once in FROM.`, {
    span,
    details: { name: twice.name },
    hint: 'Give each use its own name: FROM t AS a JOIN t AS b.',
  });
}

/** One relation of a plan's columns, under an alias and its names for the columns. */
function relationOf(
  plan: LogicalPlan,
  names: readonly string[],
  name: string | undefined,
  qualifier: readonly string[],
  alias: AstAlias | undefined,
  span: SourceSpan,
): BoundFrom {
  const own = aliasedNames(names, alias, span);
  const columns = plan.columns.map((column, i) => ({ name: own[i]!, expression: columnReference(column) }));
  const relation = alias ? { name: alias.name, qualifier: [], columns } : { name, qualifier, columns };
  return { plan, relations: [relation], columns };
}

function aliasedNames(names: readonly string[], alias: AstAlias | undefined, span: SourceSpan): readonly string[] {
  const given = alias?.columns ?? [];
  if (given.length > names.length) {
    throw new QueryError(
      'INVALID_CLAUSE',
      `Table "${alias!.name}" has ${names.length} columns, but ${given.length} names are given for them.`,
      { span },
    );
  }
  return names.map((name, i) => given[i] ?? name);
}

/** The alias of a join hides the names within. */
function renamed(joined: BoundFrom, alias: AstAlias, span: SourceSpan): BoundFrom {
  const names = aliasedNames(
    joined.columns.map(({ name }) => name),
    alias,
    span,
  );
  const columns = joined.columns.map(({ expression }, i) => ({ name: names[i]!, expression }));
  return { plan: joined.plan, relations: [{ name: alias.name, qualifier: [], columns }], columns };
}

function settled(open: OpenQuery): LogicalPlan {
  return open.close(open.outputs.map(() => VARCHAR));
}

/** A CTE, a view, or a table; the nearer name hides the farther. */
function bindTable(binder: Binder, item: AstTableItem, context: QueryContext): BoundFrom {
  const { path, alias, span } = item;
  binder.countRelation(span);
  const name = path.at(-1)!;
  const qualifier = path.slice(0, -1);
  const cte = qualifier.length === 0 ? context.ctes?.find(name) : undefined;
  if (cte) return bindCte(binder, cte, item, context);
  const view = binder.environment.view?.(path);
  if (!view) return scan(binder, namedReference(item), name, qualifier, alias);
  const label = path.join('.');
  const query = expandView(label, view, span, context.views);
  return inView(label, span, () => {
    const inner = { ctes: undefined, outer: undefined, views: [...context.views, label] };
    const open = binder.families.query(binder, query, inner);
    const names = aliasedNames(open.names, { name: label, columns: view.columns }, span);
    return relationOf(settled(open), names, name, qualifier, alias, span);
  });
}

/** A CTE is bound anew for each use, with column ids of its own. */
function bindCte(binder: Binder, definition: CteDefinition, item: AstTableItem, context: QueryContext): BoundFrom {
  const { cte, scope } = definition;
  const { alias, span } = item;
  const bound = definition.binding
    ? bindWorkTable(binder, definition)
    : bindCteQuery(binder, definition, { ...context, ctes: scope, lateral: undefined });
  const names = aliasedNames(bound.names, { name: cte.name, columns: cte.columns }, cte.span);
  return relationOf(bound.plan, names, cte.name, [], alias, span);
}

function bindCteQuery(binder: Binder, definition: CteDefinition, context: QueryContext) {
  definition.numUses++;
  definition.binding = true;
  try {
    if (isRecursive(definition)) return bindRecursive(binder, definition, context);
    const open = binder.families.query(binder, definition.cte.query, context);
    return { plan: settled(open), names: open.names };
  } finally {
    definition.binding = false;
    definition.work = undefined;
  }
}

function bindDerivedTable(
  binder: Binder,
  { query, alias, lateral, span }: AstDerivedTable,
  context: QueryContext,
): BoundFrom {
  const outer = lateral ? (context.lateral ?? context.outer) : context.outer;
  const open = binder.families.query(binder, query, { ...context, outer, lateral: undefined });
  return relationOf(settled(open), open.names, undefined, [], alias, span);
}

function bindTableFunction(binder: Binder, item: AstTableFunction, context: QueryContext): BoundFrom {
  const { calls, alias, span } = item;
  binder.countRelation(span);
  const name = calls[0].path.join('.');
  if (isParquetCall(item)) return scan(binder, parquetReference(calls[0], binder.parameter), name, [], alias);
  const { plan, names } = bindTableFunctionCalls(binder, item, context);
  return relationOf(plan, names, name, [], alias, span);
}

function scan(
  binder: Binder,
  reference: TableReference,
  name: string,
  qualifier: readonly string[],
  alias: AstAlias | undefined,
): BoundFrom {
  const table = binder.environment.table(reference);
  if (!table) throw unknownTable(binder, reference);
  const columns = table.columns.map((column) => binder.column(column.name, column.type, column.nullable));
  const source = table.columns.map((column) => column.name);
  const plan: LogicalPlan = { kind: 'Scan', table, columns, source, filters: [], limit: undefined };
  return relationOf(plan, source, name, qualifier, alias, reference.span);
}

function unknownTable({ environment }: Binder, reference: TableReference): QueryError {
  const name = reference.kind === 'name' ? reference.path.join('.') : reference.locations.join(', ');
  const candidates = nearestNames(name, environment.tableNames?.() ?? []);
  return new QueryError('UNKNOWN_TABLE', `There is no table "${name}".`, {
    span: reference.span,
    details: { table: name, candidates },
    hint: didYouMean(candidates) ?? "Register it, or read files with read_parquet('path/*.parquet').",
  });
}
