import type { LogicalPlan } from '../../logical/index.ts';
import { VARCHAR } from '../../types/index.ts';
import type { AstQuery } from '../ast/index.ts';
import { bindRowCount } from './bind-limit.ts';
import { bindSortKeys } from './bind-order-by.ts';
import { bindSelect, projectAndSort } from './bind-select.ts';
import { bindSetOperation } from './bind-set-operation.ts';
import { bindValues } from './bind-values.ts';
import { type Binder, columnReference, type OpenQuery, type QueryContext } from './binder.ts';
import { CteScope, checkCteNames } from './cte-scope.ts';
import { ExpressionBinder } from './expression-binder.ts';
import { EXPRESSION_FAMILIES } from './expression-families.ts';
import { Scope } from './scope.ts';
import { SubquerySink } from './subquery-sink.ts';

/** A query with its WITH, ORDER BY, LIMIT and OFFSET. */
export function bindQuery(binder: Binder, query: AstQuery, context: QueryContext): OpenQuery {
  const { ctes, scopes } = defineCtes(query, context.ctes);
  const inner = { ...context, ctes };
  const open = bindBody(binder, query, inner);
  // What nothing reads must still be right.
  for (const definition of scopes.flatMap((scope) => scope.unused())) {
    const unused = binder.families.query(binder, definition.cte.query, { ...context, ctes: definition.scope });
    settle(unused);
  }
  const limit = bindRowCount(binder, query.limit, 'LIMIT');
  const offset = bindRowCount(binder, query.offset, 'OFFSET') ?? 0;
  if (limit === undefined && offset === 0) return open;
  return {
    ...open,
    close: (types) => {
      const input = open.close(types);
      return { kind: 'Limit', columns: input.columns, input, limit, offset };
    },
  };
}

/** The plan of a query, with varchar for outputs that nothing gives a type. */
export function settle(open: OpenQuery): LogicalPlan {
  return open.close(open.outputs.map(() => VARCHAR));
}

/** Each CTE sees those before it; with RECURSIVE all see all. */
function defineCtes(query: AstQuery, outer: CteScope | undefined): { ctes: CteScope | undefined; scopes: CteScope[] } {
  checkCteNames(query.ctes);
  if (query.recursive) {
    const scope = new CteScope(outer);
    for (const cte of query.ctes) scope.define(cte, scope);
    return { ctes: scope, scopes: [scope] };
  }
  const scopes: CteScope[] = [];
  let ctes = outer;
  for (const cte of query.ctes) {
    const scope = new CteScope(ctes);
    scope.define(cte, ctes);
    scopes.push(scope);
    ctes = scope;
  }
  return { ctes, scopes };
}

function bindBody(binder: Binder, query: AstQuery, context: QueryContext): OpenQuery {
  const { body, orderBy } = query;
  if (body.kind === 'select') return bindSelect(binder, body, orderBy, context);
  const open = body.kind === 'values' ? bindValues(binder, body, context) : bindSetOperation(binder, body, context);
  return orderBy.length === 0 ? open : sorted(binder, query, open, context);
}

/** ORDER BY of VALUES and of set operations sees the outputs only. */
function sorted(binder: Binder, { orderBy }: AstQuery, open: OpenQuery, context: QueryContext): OpenQuery {
  return {
    ...open,
    close: (types) => {
      const plan = open.close(types);
      const outputs = plan.columns.map((column) => ({ name: column.name, expression: columnReference(column) }));
      const relation = { name: undefined, qualifier: [], columns: outputs };
      const scope = new Scope([relation], outputs, context.outer);
      const subqueries = new SubquerySink(binder, context);
      const families = EXPRESSION_FAMILIES;
      const expressions = new ExpressionBinder({ binder, scope, families, clause: 'ORDER BY', subqueries });
      const sortKeys = bindSortKeys(expressions, orderBy, outputs);
      return projectAndSort(binder, subqueries.place(plan), {
        items: outputs.map(({ expression }) => expression),
        names: outputs.map(({ name }) => name),
        sortKeys,
        distinct: false,
        distinctOn: [],
      });
    },
  };
}
