import { type Static, type TSchema, Type } from '@fastify/type-provider-typebox';

const closed = { additionalProperties: false } as const;
const bytes = (description: string) =>
  Type.Union(
    [
      Type.Integer({ minimum: 1 }),
      Type.String({ pattern: '^\\s*\\d+(\\.\\d+)?\\s*([kmgt]i?)?b?\\s*$', examples: ['512MiB'] }),
    ],
    {
      description: `${description} A number of bytes, or a text such as '512MiB'.`,
    },
  );
const optional = <Schema extends TSchema>(schema: Schema) => Type.Optional(schema);
const oneOf = <const Word extends string>(words: readonly Word[]) =>
  Type.Unsafe<Word>({ type: 'string', enum: [...words] });
const name = '^[A-Za-z][A-Za-z0-9_-]*$';

const FileStore = Type.Object(
  {
    type: Type.Literal('fs'),
    root: Type.String({
      description: 'Directory, relative to the configuration file. Nothing outside of it can be read.',
    }),
  },
  closed,
);

/** The settings of `s3Store`; credentials come from the provider chain of the AWS SDK, never from this file. */
const S3Store = Type.Object(
  {
    type: Type.Literal('s3'),
    bucket: Type.String(),
    region: optional(Type.String()),
    endpoint: optional(Type.String({ format: 'uri' })),
    addressing: optional(oneOf(['path', 'virtual'])),
    credentials: optional(oneOf(['chain', 'anonymous'])),
    profile: optional(Type.String()),
    requesterPays: optional(Type.Boolean()),
    maxConnections: optional(Type.Integer({ minimum: 1 })),
  },
  closed,
);

const TableConfig = Type.Object(
  {
    location: Type.Union([Type.String(), Type.Array(Type.String(), { minItems: 1 })], {
      description: "Path or glob that begins with the name of a store: 'lake/orders/*.parquet'.",
    }),
    description: optional(Type.String()),
    hivePartitioning: optional(Type.Boolean()),
    unionByName: optional(Type.Boolean()),
    filename: optional(Type.Union([Type.Boolean(), Type.String()])),
    binaryAsString: optional(Type.Boolean()),
  },
  closed,
);

const GrantParameter = Type.Union([
  Type.Object(
    { claim: Type.String() },
    { ...closed, description: "A claim of the caller's token, or attribute of its key." },
  ),
  Type.String(),
  Type.Number(),
  Type.Boolean(),
]);

const GrantConfig = Type.Object(
  {
    columns: optional(Type.Array(Type.String())),
    rowFilter: optional(Type.String({ description: 'SQL condition. Without it all rows.' })),
    masks: optional(Type.Record(Type.String(), Type.String())),
    parameters: optional(Type.Array(GrantParameter, { description: 'Values of $1 and so on.' })),
  },
  closed,
);

const RoleConfig = Type.Object(
  {
    tables: optional(
      Type.Record(Type.String(), GrantConfig, {
        description: "By name; '*' stands for every table that is not named.",
      }),
    ),
    locations: optional(
      Type.Array(Type.String(), {
        description: "Globs of files that SQL may name itself: 'lake/public/**'. Default: none.",
      }),
    ),
    deniedFunctions: optional(Type.Array(Type.String())),
    resourceGroups: optional(
      Type.Array(Type.String(), { description: "Groups the role may use; the first is the default. '*' for all." }),
    ),
    seesAllQueries: optional(Type.Boolean({ description: 'Whether it sees and may cancel the queries of others.' })),
  },
  closed,
);

export interface ResourceGroupConfig {
  weight?: number;
  maxRunning?: number;
  maxQueued?: number;
  queueTimeoutMs?: number;
  memory?: number | string;
  maxBytesRead?: number | string;
  maxDollars?: number;
  groups?: Record<string, ResourceGroupConfig>;
}

const groupSettings = {
  weight: optional(
    Type.Number({ exclusiveMinimum: 0, description: 'Share among siblings when they wait. Default: 1.' }),
  ),
  maxRunning: optional(
    Type.Integer({ minimum: 1, description: 'Queries that run at a time, those of groups below included.' }),
  ),
  maxQueued: optional(Type.Integer({ minimum: 0, description: 'Queries that may wait; more are refused with 429.' })),
  queueTimeoutMs: optional(Type.Integer({ minimum: 1 })),
  memory: optional(bytes('What one task of a query may reserve.')),
  maxBytesRead: optional(bytes('What the plan of a query may foresee to read.')),
  maxDollars: optional(
    Type.Number({ minimum: 0, description: 'What the requests of a query may cost, in US dollars.' }),
  ),
};
// Groups nest; a few levels are written out, so that the schema needs no references.
const groupLevels = (levels: number): TSchema =>
  Type.Object(
    levels === 0
      ? groupSettings
      : { ...groupSettings, groups: optional(Type.Record(Type.String({ pattern: name }), groupLevels(levels - 1))) },
    closed,
  );

const Caller = {
  roles: Type.Array(Type.String(), { minItems: 1 }),
  attributes: optional(Type.Record(Type.String(), Type.Union([Type.String(), Type.Number(), Type.Boolean()]))),
};

const AuthConfig = Type.Object(
  {
    apiKeys: optional(
      Type.Array(
        Type.Object(
          {
            name: Type.String(),
            sha256: Type.String({
              pattern: '^[0-9a-f]{64}$',
              description: 'Hexadecimal SHA-256 of the key. Keys are random and long.',
            }),
            expires: optional(Type.String({ format: 'date-time' })),
            ...Caller,
          },
          closed,
        ),
      ),
    ),
    jwt: optional(
      Type.Object(
        {
          issuer: Type.String(),
          audience: Type.String(),
          jwksUri: optional(Type.String({ format: 'uri' })),
          jwksFile: optional(Type.String({ description: 'Instead of jwksUri; relative to the configuration file.' })),
          algorithms: optional(
            Type.Array(
              oneOf(['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA']),
              {
                minItems: 1,
                description: "Default: ['RS256', 'ES256', 'EdDSA']. Symmetric algorithms are never accepted.",
              },
            ),
          ),
          rolesClaim: optional(Type.String({ description: "Default: 'roles'." })),
          clockToleranceSeconds: optional(Type.Integer({ minimum: 0, maximum: 300 })),
        },
        closed,
      ),
    ),
  },
  closed,
);

const LimitsConfig = Type.Object(
  {
    bodyBytes: optional(bytes('Of a request. Default: 1MiB.')),
    sqlLength: optional(Type.Integer({ minimum: 1, description: 'Characters. Default: 100000.' })),
    timeoutMs: optional(
      Type.Integer({ minimum: 1, description: 'Longest that a query may ask to run. Default: 300000.' }),
    ),
    resultBytes: optional(bytes('Of one result. Default: 1GiB.')),
    keptResultBytes: optional(bytes('Of all kept results together, on disk. Default: 4GiB.')),
    keptResultMs: optional(
      Type.Integer({ minimum: 1000, description: 'How long results can be fetched. Default: 600000.' }),
    ),
    keptQueries: optional(Type.Integer({ minimum: 1, description: 'Queries that are remembered. Default: 1000.' })),
    slowReaderMs: optional(
      Type.Integer({ minimum: 100, description: 'How long a reader may take nothing. Default: 60000.' }),
    ),
    requestsPerMinute: optional(Type.Integer({ minimum: 1, description: 'Of one caller. Default: no limit.' })),
    drainMs: optional(
      Type.Integer({ minimum: 0, description: 'How long queries may go on after SIGTERM. Default: 30000.' }),
    ),
    eventLoopDelayMs: optional(
      Type.Integer({ minimum: 0, description: 'Beyond it the server says 503; 0: never. Default: 1000.' }),
    ),
  },
  closed,
);

const TelemetryConfig = Type.Object(
  {
    log: optional(oneOf(['silent', 'error', 'warn', 'info', 'debug'])),
    otlpEndpoint: optional(
      Type.String({ format: 'uri', description: 'Where spans go: http://collector:4318/v1/traces.' }),
    ),
    serviceName: optional(Type.String()),
    auditLog: optional(
      Type.String({
        description: 'File, relative to the configuration file. Each line carries the hash of the one before.',
      }),
    ),
    slo: optional(
      Type.Object(
        { computeMs: optional(Type.Integer({ minimum: 1 })), storageMs: optional(Type.Integer({ minimum: 1 })) },
        {
          ...closed,
          description: 'A query is good when computing, and waiting for storage, took no longer. Default: 1000 each.',
        },
      ),
    ),
  },
  closed,
);

/** The configuration file. */
export const ServerConfigSchema = Type.Object(
  {
    listen: optional(
      Type.Object(
        {
          host: optional(Type.String({ description: "Default: '127.0.0.1'." })),
          port: optional(Type.Integer({ minimum: 0, maximum: 65535, description: 'Default: 8080. 0: any free one.' })),
          adminHost: optional(Type.String({ description: "Default: '127.0.0.1'." })),
          adminPort: optional(Type.Integer({ minimum: 0, maximum: 65535, description: 'Default: 8081.' })),
          names: optional(
            Type.Array(Type.String(), {
              description: 'Host names by which clients reach the server; others are refused.',
            }),
          ),
          trustProxy: optional(
            Type.Boolean({ description: 'Whether X-Forwarded-* of a proxy in front are believed. Default: false.' }),
          ),
        },
        closed,
      ),
    ),
    engine: optional(
      Type.Object(
        {
          memory: optional(bytes('What all queries together may hold. Default: 2GiB.')),
          readAhead: optional(bytes('Asked for ahead of what is computed, for each task. Default: 32MiB.')),
          threads: optional(Type.Integer({ minimum: 0, maximum: 256 })),
          timeZone: optional(Type.String()),
          dollarsPerThousandGets: optional(Type.Number({ minimum: 0 })),
        },
        closed,
      ),
    ),
    stores: Type.Record(Type.String({ pattern: name }), Type.Union([FileStore, S3Store]), { minProperties: 1 }),
    tables: optional(Type.Record(Type.String({ minLength: 1 }), TableConfig)),
    views: optional(Type.Record(Type.String({ minLength: 1 }), Type.String({ description: 'SELECT statement.' }))),
    roles: optional(Type.Record(Type.String({ pattern: name }), RoleConfig)),
    auth: optional(AuthConfig),
    resourceGroups: optional(Type.Record(Type.String({ pattern: name }), groupLevels(3))),
    limits: optional(LimitsConfig),
    telemetry: optional(TelemetryConfig),
    cors: optional(Type.Object({ origins: Type.Array(Type.String({ format: 'uri' }), { minItems: 1 }) }, closed)),
  },
  closed,
);

export type StoreConfig = Static<typeof FileStore> | Static<typeof S3Store>;
export type RoleSettings = Static<typeof RoleConfig>;
export type GrantSettings = Static<typeof GrantConfig>;
export type AuthSettings = Static<typeof AuthConfig>;
export type ServerConfig = Omit<Static<typeof ServerConfigSchema>, 'resourceGroups'> & {
  resourceGroups?: Record<string, ResourceGroupConfig>;
};
