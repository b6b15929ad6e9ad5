import { type FastifyPluginAsyncTypebox, Type } from '@fastify/type-provider-typebox';
import { formatType } from 'millrace';
import { ProblemError } from '../query-problem.ts';
import { GroupSchema, ProblemSchema, TableDetails, TableSummary } from './schemas.ts';
import type { ServerContext } from './server-context.ts';

const ERRORS = { '4xx': ProblemSchema, '5xx': ProblemSchema } as const;

/** What there is to ask about, as far as the caller may know. */
export const catalogRoutes =
  ({ engine, groups, descriptions, limits }: ServerContext): FastifyPluginAsyncTypebox =>
  async (app) => {
    app.get(
      '/v1/tables',
      {
        schema: {
          operationId: 'listTables',
          summary: 'Tables and views',
          response: { 200: Type.Object({ tables: Type.Array(TableSummary) }), ...ERRORS },
        },
      },
      async ({ access }) => {
        const tables = engine.tables().filter(({ name }) => access.policy.table({ kind: 'name', name }) !== undefined);
        return {
          tables: tables.map(({ name, kind }) => {
            const description = descriptions.get(name);
            return description === undefined ? { name, kind } : { name, kind, description };
          }),
        };
      },
    );

    app.get(
      '/v1/tables/:table',
      {
        schema: {
          operationId: 'getTable',
          summary: 'Columns of a table; reads footers at most',
          params: Type.Object({ table: Type.String({ minLength: 1, maxLength: 200 }) }),
          response: { 200: TableDetails, ...ERRORS },
        },
      },
      async ({ params: { table: name }, access }) => {
        const grant = access.policy.table({ kind: 'name', name });
        if (!grant || !engine.tables().some((table) => table.name === name)) {
          throw new ProblemError(404, 'UNKNOWN_TABLE', `There is no table "${name}".`);
        }
        const chosen = grant.columns?.map(quoted).join(', ') ?? '*';
        const query = engine.query(`SELECT ${chosen} FROM ${quoted(name)} LIMIT 0`, [], {
          access: access.policy,
          signal: AbortSignal.timeout(limits.timeoutMs),
        });
        const columns = await query.columns;
        return {
          name,
          columns: columns.map((column) => ({
            name: column.name,
            type: formatType(column.type),
            nullable: column.nullable,
          })),
        };
      },
    );

    app.get(
      '/v1/resource-groups',
      {
        schema: {
          operationId: 'listResourceGroups',
          summary: 'Limits of the groups that the caller may use, and who is in them now',
          response: { 200: Type.Object({ resourceGroups: Type.Array(GroupSchema) }), ...ERRORS },
        },
      },
      async ({ access }) => ({
        resourceGroups: groups.status().filter(({ name }) => access.resourceGroups.includes(name)),
      }),
    );
  };

function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
