import type { ParameterValue } from '../sql/index.ts';
import type { PreparedQuery } from './query-result.ts';
import { type PrepareOptions, type QueryPlannerComponents, QuerySession } from './query-session.ts';
import { planStatement } from './statement.ts';

/** Makes prepared queries out of SQL. */
export class QueryPlanner {
  readonly #components: QueryPlannerComponents;

  constructor(components: QueryPlannerComponents) {
    this.#components = components;
  }

  /** Parses, binds, plans. Statements other than queries take effect here. */
  async prepare(sql: string, parameters: readonly ParameterValue[], options: PrepareOptions): Promise<PreparedQuery> {
    const startedMs = this.#components.clock.monotonicMs();
    const session = new QuerySession(this.#components, options);
    const planned = await planStatement(sql, parameters, session);
    return session.prepared(planned, startedMs);
  }
}
