/**
 * `@millrace/core`: SQL over Parquet in object storage, without a thread, a file or a socket of its own. `millrace` has everything
 * in one package; `@millrace/core/storage` is for authors of storage adapters, `@millrace/core/executor` for those of executors.
 */
export type { ColumnStatistics, PruningFunnel, ScanPlan, ScanRequest, Table, TableColumn } from './catalog/table.ts';
export * from './engine/index.ts';
export {
  decodeQueryError,
  type ErrorCode,
  type ErrorDetails,
  type ErrorKind,
  encodeQueryError,
  isQueryError,
  QueryError,
  type QueryErrorWire,
  type SourceSpan,
  toQueryError,
} from './error/index.ts';
export type { AggregateFunction, Column, Expression, FunctionRegistry, ScalarFunction } from './expression/index.ts';
export { defaultFunctions } from './expression/registry.ts';
export { type RowFunctionDefinition, rowFunction } from './expression/row-function.ts';
export type {
  ExecuteOptions,
  Execution,
  ExecutionStats,
  Executor,
  OperatorStats,
  ReadReport,
  ResultBlock,
  TaskReport,
} from './physical/index.ts';
export { type Clock, type Random, seededRandom, systemClock, systemRandom } from './runtime/index.ts';
export type { ParameterValue } from './sql/index.ts';
export {
  type ByteRange,
  countingStore,
  limitStore,
  memoryStore,
  type ObjectMetadata,
  type ObjectStore,
  openStore,
  prefixStore,
  type StoreCapabilities,
  type StoreDescriptor,
} from './storage/index.ts';
export * from './types/index.ts';
export { arrowSchema } from './vector/arrow-interop.ts';
