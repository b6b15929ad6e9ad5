import type { Table } from '../../catalog/table.ts';
import type { ColumnId, FunctionRegistry } from '../../expression/index.ts';
import type { ParameterValue } from '../parameter-value.ts';
import type { TableReference } from '../table-reference.ts';
import type { ViewLookup } from '../view-definition.ts';

/** What a statement means depends on, all of it found beforehand: binding waits for nothing. */
export interface BindEnvironment {
  /** The table of every reference that `collectTables` gave; undefined when there is none. */
  readonly table: (reference: TableReference) => Table | undefined;
  /** Default: there are no views. */
  readonly view?: ViewLookup;
  /** Names of tables and views, for the candidates of an error. */
  readonly tableNames?: () => readonly string[];
  readonly functions: FunctionRegistry;
  /** Values of `$1` and so on. */
  readonly parameters: readonly ParameterValue[];
  /** Gives each column an id of its own for the whole life of a query. */
  readonly newColumnId: () => ColumnId;
  /** Microseconds since 1970-01-01 UTC when the query started: `CURRENT_TIMESTAMP`. */
  readonly startedMicros: bigint;
  /** IANA name of the session's time zone. */
  readonly timeZone: string;
}
