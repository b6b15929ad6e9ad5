import type { Table, TableColumn } from '../catalog/table.ts';
import { QueryError, unsupported } from '../error/index.ts';
import type { Column, Expression } from '../expression/index.ts';
import type { LogicalPlan } from '../logical/index.ts';
import { formatLogicalPlan } from '../logical/index.ts';
import { formatStageGraph } from '../physical/index.ts';
import {
  type BindEnvironment,
  type BoundCreateForeignTable,
  type BoundDrop,
  type BoundExplain,
  type BoundStatement,
  bindStatement,
  collectTables,
  loadParser,
  type ParameterValue,
  parseStatement,
  type TableReference,
} from '../sql/index.ts';
import { VARCHAR } from '../types/index.ts';
import type { AccessPolicy, TableGrant } from './access-policy.ts';
import { applyAccess, type GrantedTable } from './apply-access.ts';
import type { EngineCatalog, TableAccess, TableOptions } from './engine-catalog.ts';
import { formatAnalyzedStages } from './explain-analyze.ts';
import { costOf, formatCost } from './explain-cost.ts';
import type { PlannedQuery, QuerySession } from './query-session.ts';

/** Carries a statement so far that only its result is left to compute. Whatever is no query takes effect here. */
export async function planStatement(
  sql: string,
  parameters: readonly ParameterValue[],
  session: QuerySession,
): Promise<PlannedQuery> {
  await loadParser();
  const bound = await bind(sql, parameters, session);
  requireMayDefine(bound, session);
  switch (bound.kind) {
    case 'query':
      return session.plan(bound.plan);
    case 'explain':
      return explain(bound, session);
    case 'create-view':
      createView(bound, session);
      return nothing(session);
    case 'create-foreign-table':
      createForeignTable(bound, session);
      return nothing(session);
    case 'drop':
      drop(bound, session);
      return nothing(session);
    case 'set':
      setVariable(bound, session);
      return nothing(session);
    case 'show':
      return session.plan(show(bound, session));
  }
}

/** Parses, finds the tables, binds. */
async function bind(
  sql: string,
  parameters: readonly ParameterValue[],
  session: QuerySession,
): Promise<BoundStatement> {
  const { catalog, functions } = session.components;
  const statement = parseStatement(sql);
  const view = (path: readonly string[]) => (path.length === 1 ? catalog.view(path[0]!) : undefined);
  const references = collectTables(statement, { parameters, views: view });
  const tables = new Map<string, Table>();
  const granted = new Map<Table, GrantedTable>();
  await Promise.all(
    references.map(async (reference) => {
      const grant = session.access && grantFor(reference, session.access, catalog);
      const table = await findTable(reference, session);
      if (!grant) {
        tables.set(reference.key, table);
        return;
      }
      // A table may be registered under several names, with a grant for each.
      const own = delegate(table);
      granted.set(own, { grant, span: reference.span });
      tables.set(reference.key, own);
    }),
  );
  const environment: BindEnvironment = {
    table: (reference) => tables.get(reference.key),
    view,
    tableNames: () => visibleNames(session).map(({ name }) => name),
    functions,
    parameters,
    newColumnId: session.newColumnId,
    ...session.time,
  };
  const bound = bindStatement(statement, environment);
  if (!session.access || !('plan' in bound)) return bound;
  return { ...bound, plan: applyAccess(bound.plan, session.access, granted, environment) };
}

/** Throws `PERMISSION_DENIED`, for what there is not as for what there is. */
function grantFor(reference: TableReference, access: AccessPolicy, catalog: EngineCatalog): TableGrant {
  const { span } = reference;
  // Not the name: behind a view it is one that the caller need not know.
  const refused = (cause?: unknown) =>
    new QueryError('PERMISSION_DENIED', 'You may not read this table, or there is no such table.', {
      span,
      hint: 'SHOW TABLES lists what you may read.',
      cause,
    });
  let grant: TableGrant | undefined;
  try {
    const identity =
      reference.kind === 'name'
        ? catalog.identify(reference.path.join('.'), span)
        : catalog.identifyFiles(reference.locations, span);
    grant = access.table(identity);
  } catch (error) {
    throw refused(error);
  }
  if (!grant) throw refused();
  return grant;
}

function delegate(table: Table): Table {
  return {
    name: table.name,
    columns: table.columns,
    numRows: table.numRows,
    statistics: (column) => table.statistics(column),
    planScan: (request) => table.planScan(request),
  };
}

/** The names that the caller may know of. */
function visibleNames({ access, components }: QuerySession): ReturnType<EngineCatalog['list']> {
  const names = components.catalog.list();
  return access ? names.filter(({ name }) => access.table({ kind: 'name', name }) !== undefined) : names;
}

function requireMayDefine(bound: BoundStatement, { access }: QuerySession): void {
  if (!access || access.mayDefine) return;
  if (bound.kind === 'query' || bound.kind === 'explain' || bound.kind === 'show') return;
  throw new QueryError('PERMISSION_DENIED', 'You may only ask questions: SELECT, VALUES, EXPLAIN and SHOW.', {
    span: bound.span,
  });
}

function findTable(reference: TableReference, session: QuerySession): Promise<Table> {
  const { catalog } = session.components;
  const { access: policy } = session;
  const access: TableAccess = {
    span: reference.span,
    signal: session.signal,
    store: session.store,
    isVisible: policy && ((name) => policy.table({ kind: 'name', name }) !== undefined),
  };
  return reference.kind === 'name'
    ? catalog.table(reference.path.join('.'), access)
    : catalog.files({ location: reference.locations, ...reference.options }, access);
}

async function explain(bound: BoundExplain, session: QuerySession): Promise<PlannedQuery> {
  const planned = await session.plan(bound.plan);
  const parts: string[] = [];
  if (bound.verbose) parts.push(`Logical plan\n${formatLogicalPlan(planned.logical)}`);
  if (bound.analyze) parts.push(await analyze(planned, session));
  else if (!bound.cost || bound.verbose) parts.push(formatStageGraph(planned.graph));
  if (bound.cost) parts.push(formatCost(costOf(planned.scans, session.components.settings.dollarsPerThousandGets)));
  const lines = parts.join('\n\n').split('\n');
  return session.plan(
    textRows(
      session,
      ['plan'],
      lines.map((line) => [line]),
    ),
  );
}

/** Runs the query, throws its rows away, and shows what each operator did. */
async function analyze(planned: PlannedQuery, session: QuerySession): Promise<string> {
  const prepared = await session.prepared(planned, session.components.clock.monotonicMs());
  const execution = prepared.execute(session.signal, undefined);
  let numRows = 0;
  for await (const block of execution.blocks) numRows += block.numRows;
  const stats = execution.stats();
  return [
    formatAnalyzedStages(planned.graph, stats.reports),
    '',
    `${numRows} rows, ${stats.numTasks} tasks, ${stats.numRequests} requests, ${stats.bytesRead} bytes read, ` +
      `${stats.exchangedBytes} bytes exchanged, peak ${stats.peakBytes} bytes, ${stats.numRetries} retries`,
  ].join('\n');
}

function createView(bound: Extract<BoundStatement, { kind: 'create-view' }>, session: QuerySession): void {
  const { catalog } = session.components;
  const { replace, view, span } = bound;
  const name = bound.path.join('.');
  if (catalog.has(name) && !(replace && catalog.view(name))) {
    throw new QueryError('DUPLICATE_NAME', `"${name}" exists already.`, {
      span,
      hint: 'Drop it first, or write CREATE OR REPLACE VIEW.',
    });
  }
  catalog.registerView(name, view);
}

const FOREIGN_TABLE_OPTIONS: Readonly<Record<string, keyof TableOptions>> = {
  location: 'location',
  path: 'location',
  hive_partitioning: 'hivePartitioning',
  union_by_name: 'unionByName',
  filename: 'filename',
  binary_as_string: 'binaryAsString',
};

function createForeignTable(bound: BoundCreateForeignTable, session: QuerySession): void {
  const { catalog } = session.components;
  const table = bound.path.join('.');
  if (catalog.has(table)) {
    if (bound.ifNotExists) return;
    throw new QueryError('DUPLICATE_NAME', `"${table}" exists already.`, { span: bound.span });
  }
  const options: Record<string, string | boolean> = {};
  for (const { name, value, span } of bound.options) {
    if (name === 'format') {
      if (value.toLowerCase() !== 'parquet') {
        throw new QueryError('FEATURE_NOT_IMPLEMENTED', `The format '${value}' is not supported yet.`, {
          span,
          hint: "Tables are read from Parquet files: format 'parquet'.",
        });
      }
      continue;
    }
    const key = FOREIGN_TABLE_OPTIONS[name];
    if (!key) {
      throw new QueryError('INVALID_CLAUSE', `A foreign table has no option "${name}".`, {
        span,
        details: { candidates: [...Object.keys(FOREIGN_TABLE_OPTIONS), 'format'] },
        hint: `Its options are ${Object.keys(FOREIGN_TABLE_OPTIONS).join(', ')} and format.`,
      });
    }
    options[key] = key === 'location' ? value : booleanOption(name, value, span);
  }
  if (options.location === undefined) {
    throw new QueryError('INVALID_CLAUSE', `The foreign table "${table}" has no location.`, {
      span: bound.span,
      hint: "Say where its files are: OPTIONS (location 'path/*.parquet').",
    });
  }
  const location = String(options.location);
  const files = { ...options, location: locationInServer(bound.server, location, session) };
  const declared: readonly TableColumn[] | undefined = bound.columns.length > 0 ? bound.columns : undefined;
  catalog.registerFiles(table, files, declared);
}

/** The server of a foreign table is a store; a location that names a store itself stays as it is. */
function locationInServer(server: string, location: string, session: QuerySession): string {
  const { stores } = session.components;
  return stores.has(server) && !location.startsWith(`${server}/`) ? `${server}/${location}` : location;
}

function booleanOption(name: string, value: string, span: BoundCreateForeignTable['span']): boolean | string {
  const text = value.toLowerCase();
  if (['true', 'on', 'yes', '1'].includes(text)) return true;
  if (['false', 'off', 'no', '0'].includes(text)) return false;
  if (name === 'filename') return value;
  throw new QueryError('INVALID_CLAUSE', `The option "${name}" is true or false, not '${value}'.`, { span });
}

function drop(bound: BoundDrop, session: QuerySession): void {
  const { catalog } = session.components;
  for (const path of bound.names) {
    const name = path.join('.');
    if (!catalog.drop(name, bound.what) && !bound.ifExists) {
      throw new QueryError('UNKNOWN_TABLE', `There is no ${bound.what} "${name}".`, {
        span: bound.span,
        details: { candidates: catalog.list().map((entry) => entry.name) },
      });
    }
  }
}

/** The one variable that SQL can set: the session's time zone. */
function setVariable({ name, value, span }: Extract<BoundStatement, { kind: 'set' }>, session: QuerySession): void {
  if (name !== 'timezone') throw unsupported(`Setting "${name}"`, span, 'SET knows timezone only.');
  session.components.setTimeZone(value, span);
}

function show({ name, span }: Extract<BoundStatement, { kind: 'show' }>, session: QuerySession): LogicalPlan {
  if (name === 'timezone') return textRows(session, ['TimeZone'], [[session.time.timeZone]]);
  if (name !== 'tables') throw unsupported(`SHOW ${name}`, span, 'SHOW knows TABLES and timezone.');
  const tables = visibleNames(session);
  return textRows(
    session,
    ['name', 'kind'],
    tables.map((table) => [table.name, table.kind]),
  );
}

/** The result of a statement that gives no rows. */
function nothing(session: QuerySession): Promise<PlannedQuery> {
  return session.plan({ kind: 'Values', columns: [], rows: [] });
}

/** Rows of text that are known already, as a plan, so that they take the way of every result. */
function textRows(session: QuerySession, names: readonly string[], rows: readonly (readonly string[])[]): LogicalPlan {
  const columns = names.map((name): Column => ({ id: session.newColumnId(), name, type: VARCHAR, nullable: false }));
  const literals = rows.map((row) => row.map((value): Expression => ({ kind: 'literal', type: VARCHAR, value })));
  return { kind: 'Values', columns, rows: literals };
}
