import { type Static, Type } from '@fastify/type-provider-typebox';
import type { PlanStage, QueryCost } from 'millrace';
import type { QueryState, QueryStatus } from '../query/server-query.ts';
import type { Problem } from '../query-problem.ts';

/** What requests and answers look like: validation, serialisation and the OpenAPI document are all made from these. */

/** A column of a result or a table, with its SQL type as text. */
export interface ColumnDescription {
  readonly name: string;
  readonly type: string;
  readonly nullable: boolean;
}

const Scalar = Type.Union([Type.Null(), Type.Boolean(), Type.Number(), Type.String()]);

export const QueryBody = Type.Object(
  {
    sql: Type.String({
      minLength: 1,
      description: 'One statement, in the grammar of PostgreSQL.',
      examples: ['SELECT 1 AS n'],
    }),
    params: Type.Optional(
      Type.Array(
        Type.Union([
          Scalar,
          Type.Array(Scalar, { maxItems: 10_000 }),
          Type.Object({ bigint: Type.String({ pattern: '^-?\\d{1,38}$' }) }, { additionalProperties: false }),
        ]),
        {
          maxItems: 1000,
          description:
            'Values of $1, $2 and so on. Whole numbers beyond 2^53 are written {"bigint": "9007199254740993"}.',
        },
      ),
    ),
    timeoutMs: Type.Optional(
      Type.Integer({ minimum: 1, description: 'Default and maximum: the limit of the server.' }),
    ),
    resourceGroup: Type.Optional(Type.String({ description: "Default: the first of the caller's groups." })),
    tags: Type.Optional(
      Type.Record(Type.String({ maxLength: 64 }), Type.String({ maxLength: 256 }), {
        maxProperties: 20,
        description: 'For whoever looks at the list of queries.',
      }),
    ),
  },
  { additionalProperties: false, $id: 'QueryBody' },
);
export type QueryBody = Static<typeof QueryBody>;

export const ProblemSchema = Type.Unsafe<Problem>(
  Type.Object(
    {
      type: Type.String(),
      title: Type.String(),
      status: Type.Integer(),
      detail: Type.String(),
      code: Type.String(),
      retryable: Type.Boolean(),
      retryAfter: Type.Optional(Type.Number()),
      hint: Type.Optional(Type.String()),
      position: Type.Optional(
        Type.Object({ start: Type.Integer(), end: Type.Integer(), line: Type.Integer(), column: Type.Integer() }),
      ),
      candidates: Type.Optional(Type.Array(Type.String())),
      queryId: Type.Optional(Type.String()),
    },
    { $id: 'Problem', description: 'RFC 9457' },
  ),
);

const ScanCost = Type.Object({
  table: Type.String(),
  numFiles: Type.Integer(),
  numFilesKept: Type.Integer(),
  numRowGroups: Type.Integer(),
  numRowGroupsKept: Type.Integer(),
  numRows: Type.Integer(),
  numRequests: Type.Integer(),
  bytes: Type.Integer(),
});

const CostSchema = Type.Unsafe<QueryCost>(
  Type.Object(
    {
      bytes: Type.Integer(),
      numRequests: Type.Integer(),
      dollars: Type.Number(),
      isUpperBound: Type.Boolean({ description: 'A limit may stop the query before it has read everything.' }),
      scans: Type.Array(ScanCost),
    },
    { $id: 'Cost' },
  ),
);

export const QueryStatusSchema = Type.Unsafe<QueryStatus>(
  Type.Object(
    {
      id: Type.String(),
      state: Type.Unsafe<QueryState>({
        type: 'string',
        enum: ['QUEUED', 'PLANNING', 'RUNNING', 'FINISHING', 'FINISHED', 'FAILED', 'CANCELLED'],
      }),
      sql: Type.String(),
      resourceGroup: Type.String(),
      tags: Type.Record(Type.String(), Type.String()),
      principal: Type.String(),
      created: Type.String({ format: 'date-time' }),
      elapsedMs: Type.Number(),
      progress: Type.Object({
        placeInQueue: Type.Integer({ description: '1 is next; 0 when the query does not wait.' }),
        queuedMs: Type.Number(),
        numTasks: Type.Integer(),
        numTasksDone: Type.Integer(),
        numRows: Type.Integer(),
        bytesRead: Type.Integer(),
        numRequests: Type.Integer(),
        dollars: Type.Number(),
        planBytes: Type.Integer({ description: 'Listings and footers, before the tasks.' }),
        numPlanRequests: Type.Integer(),
        peakBytes: Type.Integer(),
        numRetries: Type.Integer(),
      }),
      cost: Type.Optional(CostSchema),
      numParts: Type.Optional(
        Type.Integer({
          description: 'Parts of the result that can be fetched; more may follow until the state is FINISHED.',
        }),
      ),
      error: Type.Optional(ProblemSchema),
    },
    { $id: 'QueryStatus' },
  ),
);

export const PlanSchema = Type.Unsafe<{
  readonly columns: readonly ColumnDescription[];
  readonly cost: QueryCost;
  readonly stages: readonly PlanStage[];
}>(
  Type.Object(
    {
      columns: Type.Array(Type.Object({ name: Type.String(), type: Type.String(), nullable: Type.Boolean() })),
      cost: CostSchema,
      stages: Type.Array(
        Type.Object({
          id: Type.Integer(),
          inputs: Type.Array(Type.Integer()),
          output: Type.String(),
          numTasks: Type.Integer(),
          areTasksFixed: Type.Boolean(),
          nodes: Type.Array(
            Type.Object({
              id: Type.Integer(),
              kind: Type.String(),
              text: Type.String(),
              inputs: Type.Array(Type.Integer()),
              stage: Type.Optional(Type.Integer()),
              estimatedRows: Type.Optional(Type.Number()),
            }),
          ),
        }),
      ),
    },
    { $id: 'Plan' },
  ),
);

export const TableSummary = Type.Object({
  name: Type.String(),
  kind: Type.Union([Type.Literal('table'), Type.Literal('view')]),
  description: Type.Optional(Type.String()),
});

export const TableDetails = Type.Object({
  name: Type.String(),
  columns: Type.Array(Type.Object({ name: Type.String(), type: Type.String(), nullable: Type.Boolean() })),
});

export const GroupSchema = Type.Object({
  name: Type.String(),
  weight: Type.Number(),
  numRunning: Type.Integer(),
  numQueued: Type.Integer(),
  maxRunning: Type.Union([Type.Integer(), Type.Null()]),
  maxQueued: Type.Integer(),
  queueTimeoutMs: Type.Integer(),
  memoryBytes: Type.Union([Type.Integer(), Type.Null()]),
  maxBytesRead: Type.Union([Type.Integer(), Type.Null()]),
  maxDollars: Type.Union([Type.Number(), Type.Null()]),
});

export const QueryId = Type.Object({ id: Type.String({ minLength: 1, maxLength: 64 }) });
