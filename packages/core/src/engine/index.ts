/**
 * # How Millrace works
 *
 * Millrace runs SQL over Parquet in object storage, inside a JavaScript process. Storage and compute are two levers: data stays in the
 * object store, and compute is a pool of stateless workers. This page follows one query through the layers; each is a folder of
 * `packages/core/src`, and imports point down only.
 *
 * ## From text to tasks
 *
 * `sql/` parses with PostgreSQL's own grammar (libpg-query) into a small typed tree, and binds it: names and types are resolved against
 * the tables that `catalog/` knows, every coercion becomes an explicit cast, every parameter a constant. The outcome is a logical plan
 * (`logical/`): frozen plain data whose columns carry ids that are unique in the query, so that rules can move expressions about without
 * renaming. `optimizer/` rewrites it, one rule a file, each checked in tests by the plan checker.
 *
 * For every scan that is left the engine asks its table for a scan plan: statistics in the footers leave out files and row groups, and
 * what remains are splits - one row group of one object at one version, with the byte ranges of its columns. That list exists before the
 * first data request, which is why `EXPLAIN (COST)` can say what a query will read.
 *
 * `physical/` chooses how to run the plan and cuts it into stages where rows must meet: by hash of a key, in one task, or copied to all.
 * A stage runs as tasks; a task spec says everything about its work (plan fragment, splits, blocks to read, settings), is plain
 * data, and gives the same output whenever and wherever it runs. How a stage is cut depends on the data alone, never on the number of
 * workers, so that any pool gives the same answer to the last bit.
 *
 * ## Running a task
 *
 * An executor runs stage graphs; `inlineExecutor` on the calling thread, `@millrace/executor` on worker threads. Schedulers move specs and
 * reports, never rows. A task (`operator/`) is synchronous code that never waits: it asks for byte ranges to be put at addresses of
 * its memory, and when it can do nothing without them says that it is blocked. Whoever runs it decides how to wait: a worker thread
 * sleeps on an atomic, the inline executor awaits a promise, a test plays them in any order it likes.
 *
 * Each worker has one WebAssembly memory (`vector/`), shared, so that the data plane can fetch straight into it. A vector describes bytes
 * there: flat, dictionary-coded or constant. Every loop over rows is a kernel (`kernels/`, AssemblyScript); TypeScript moves a
 * vector at a time. Strings are references to bytes wherever they lie, so that filtering and joining never copy them. `parquet/`
 * decodes pages into vectors; `expression/` compiles bound expressions to sequences of kernel calls and holds the function registry.
 *
 * Finished blocks leave a task either in Arrow's layout, for the consumer, or in an exchange's, for the tasks of the next stage.
 *
 * When memory is short, sorts, aggregations, joins and exchanges put rows out of it (`operator/spill/`): a task asks for bytes to be written
 * as it asks for reads, and the data plane has a directory or an object store for them, which is empty again when the query is over.
 *
 * ## What holds it together
 *
 * `storage/` has the `ObjectStore` contract; adapters know bytes, not queries. `runtime/` has the memory ledger (every byte belongs to an
 * account, accounts form a tree, every limit is checked on the way up) and injected time and randomness. `error/` has the one
 * error class; errors cross threads in a wire form and keep their kind, code and position.
 */

export type { ResultColumn } from '../vector/arrow-interop.ts';
export * from './access-policy.ts';
export * from './create-engine.ts';
export type { TableOptions } from './engine-catalog.ts';
export * from './engine-settings.ts';
export * from './explain-cost.ts';
export { type InlineExecutorOptions, inlineExecutor } from './inline-executor.ts';
export type { QueryLimits } from './query-limits.ts';
export type { PlanNode, PlanStage, QueryPlan, QueryProfile } from './query-profile.ts';
export * from './query-result.ts';
export { ResultBatch } from './result-batch.ts';
export { splitStatements } from './split-statements.ts';
