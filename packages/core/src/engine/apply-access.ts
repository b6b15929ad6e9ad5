import type { Table } from '../catalog/table.ts';
import { QueryError, type SourceSpan } from '../error/index.ts';
import type { Expression } from '../expression/index.ts';
import { collectColumns, someExpression } from '../expression/traverse.ts';
import { type LogicalPlan, mapNodeExpressions, rewritePlan, type ScanNode, walkPlan } from '../logical/index.ts';
import { type BindEnvironment, bindStatement, parseStatement } from '../sql/index.ts';
import { formatType } from '../types/index.ts';
import type { AccessPolicy, TableGrant } from './access-policy.ts';

/** A table of the query with what the caller may see of it. */
export interface GrantedTable {
  readonly grant: TableGrant;
  /** Where the SQL names it first. */
  readonly span: SourceSpan;
}

/**
 * The bound plan as its caller may run it: columns and functions are checked, and each scan of a table with a row filter or masks becomes
 * the query that the grant describes. `granted` has every table that the plan scans.
 *
 * Throws `PERMISSION_DENIED` with the position of the table or the call; `BAD_SETTING` for a grant that cannot be applied.
 */
export function applyAccess(
  plan: LogicalPlan,
  policy: AccessPolicy,
  granted: ReadonlyMap<Table, GrantedTable>,
  environment: BindEnvironment,
): LogicalPlan {
  checkFunctions(plan, policy);
  const used = usedColumns(plan);
  return rewritePlan(plan, (node) => {
    if (node.kind !== 'Scan') return node;
    const found = granted.get(node.table);
    if (!found) throw new QueryError('PERMISSION_DENIED', `You may not read "${node.table.name}".`);
    checkColumns(node, used, found);
    const { rowFilter, masks } = found.grant;
    return rowFilter === undefined && masks === undefined ? node : guarded(node, found.grant, environment);
  });
}

function checkFunctions(plan: LogicalPlan, policy: AccessPolicy): void {
  if (!policy.mayCall) return;
  const check = (name: string, span: SourceSpan | undefined) => {
    if (policy.mayCall!(name)) return;
    throw new QueryError('PERMISSION_DENIED', `You may not call the function ${name}.`, {
      span,
      details: { function: name },
    });
  };
  for (const node of walkPlan(plan)) {
    if (node.kind === 'Aggregate') for (const { name, span } of node.aggregates) check(name, span);
    for (const expression of expressionsOf(node)) {
      someExpression(expression, (part) => {
        if (part.kind === 'call') check(part.name, part.span);
        return false;
      });
    }
  }
}

/** Columns that anything depends on: an expression, the result, or the comparison of whole rows. */
function usedColumns(plan: LogicalPlan): ReadonlySet<number> {
  const used = new Set(plan.columns.map(({ id }) => id));
  for (const node of walkPlan(plan)) {
    for (const expression of expressionsOf(node)) collectColumns(expression, used);
    if (node.kind === 'Union') for (const input of node.inputs) for (const { id } of input.columns) used.add(id);
    if (node.kind === 'Distinct') for (const { id } of node.input.columns) used.add(id);
  }
  return used;
}

function expressionsOf(node: LogicalPlan): Expression[] {
  const expressions: Expression[] = [];
  mapNodeExpressions(node, (expression) => {
    expressions.push(expression);
    return expression;
  });
  return expressions;
}

function checkColumns(scan: ScanNode, used: ReadonlySet<number>, { grant, span }: GrantedTable): void {
  const { columns } = grant;
  if (!columns) return;
  const denied = scan.source.filter((name, i) => used.has(scan.columns[i]!.id) && !columns.includes(name));
  if (denied.length === 0) return;
  const names = denied.map((name) => `"${name}"`).join(', ');
  throw new QueryError('PERMISSION_DENIED', `You may not read ${names} of "${scan.table.name}".`, {
    span,
    details: { table: scan.table.name, columns: denied, candidates: columns },
    hint: `You may read ${columns.map((name) => `"${name}"`).join(', ')}; * stands for all columns.`,
  });
}

/** Name of the scanned table within the query of its grant. */
const GRANTED_NAME = 'granted';

/** The scan behind the grant's row filter, and its columns through the grant's masks. */
function guarded(scan: ScanNode, grant: TableGrant, environment: BindEnvironment): LogicalPlan {
  const { rowFilter, masks = {}, parameters = [] } = grant;
  for (const name of Object.keys(masks)) {
    if (!scan.table.columns.some((column) => column.name === name)) {
      throw badGrant(scan, `has a mask for the column "${name}", which the table lacks`);
    }
  }
  const columns = scan.source.map((name) => {
    const mask = masks[name];
    // The dead branch gives NULL and texts without a type the type of the column.
    return mask === undefined ? quoted(name) : `CASE WHEN false THEN ${quoted(name)} ELSE (${mask}) END`;
  });
  const sql = `SELECT ${columns.join(', ')} FROM ${GRANTED_NAME}${rowFilter === undefined ? '' : ` WHERE (${rowFilter})`}`;
  const plan = bindGrant(scan, sql, { ...environment, parameters });
  const barred = rewritePlan(plan, (node) => (node.kind === 'Filter' ? { ...node, isBarrier: true } : node));
  return {
    kind: 'Project',
    columns: scan.columns,
    input: barred,
    expressions: scan.columns.map(({ type, name }, i): Expression => {
      const masked = barred.columns[i]!;
      if (formatType(masked.type) !== formatType(type)) {
        throw badGrant(scan, `makes "${name}" ${formatType(masked.type)}, but the column is ${formatType(type)}`);
      }
      return { kind: 'column', type, id: masked.id, name: masked.name };
    }),
  };
}

function bindGrant(scan: ScanNode, sql: string, environment: BindEnvironment): LogicalPlan {
  try {
    const bound = bindStatement(parseStatement(sql), {
      ...environment,
      table: ({ kind, key }) => (kind === 'name' && key === JSON.stringify([GRANTED_NAME]) ? scan.table : undefined),
      view: () => undefined,
      tableNames: () => [GRANTED_NAME],
    });
    if (bound.kind !== 'query') throw badGrant(scan, 'is no condition');
    return bound.plan;
  } catch (cause) {
    if (!(cause instanceof QueryError)) throw cause;
    throw badGrant(scan, `cannot be applied: ${cause.message}`, cause);
  }
}

function badGrant(scan: ScanNode, reason: string, cause?: unknown): QueryError {
  return new QueryError('BAD_SETTING', `The access policy for "${scan.table.name}" ${reason}.`, {
    details: { table: scan.table.name },
    hint: 'Correct the row filter and the masks of the policy; the query is not at fault.',
    cause,
  });
}

function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
