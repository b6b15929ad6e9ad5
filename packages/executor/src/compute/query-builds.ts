import { MemoryAccount, SharedBuilds } from '@millrace/core/executor';
import type { QueryControl } from '../protocol/query-control.ts';

/** The build sides that tasks of the same query share on this worker, by execution. */
export class QueryBuilds {
  readonly #account: MemoryAccount;
  readonly #slot: number;
  readonly #byExecution = new Map<number, SharedBuilds>();

  /** `account` is that of the worker, `slot` its place in the budgets. */
  constructor(account: MemoryAccount, slot: number) {
    this.#account = account;
    this.#slot = slot;
  }

  /** Those of an execution, which a task that begins may use; it closes them at its end. */
  open(execution: number, query: string, control: QueryControl): SharedBuilds {
    let builds = this.#byExecution.get(execution);
    if (!builds) {
      const budget = control.budget(this.#slot);
      builds = new SharedBuilds(new MemoryAccount(query, { parent: this.#account, budget }));
      this.#byExecution.set(execution, builds);
    }
    builds.open();
    return builds;
  }

  /** The execution is over. */
  retire(execution: number): void {
    this.#byExecution.get(execution)?.retire();
    this.#byExecution.delete(execution);
    this.#account.trim();
  }
}
