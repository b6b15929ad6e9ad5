import type { MemoryAccount } from '../../runtime/index.ts';
import type { JoinBuild } from './join-build.ts';

/**
 * The build sides that the tasks of one query share on one worker: where every task reads the same rows, the first one to have them makes the
 * table and the others find it. A cache, nothing more: a task that finds none makes its own.
 *
 * Whoever runs tasks opens it for each of them, closes that when the task has given its memory back, and retires it when the query is over.
 */
export class SharedBuilds {
  /** Charged for the build sides; below it nothing else is reserved. */
  readonly account: MemoryAccount;
  readonly #builds = new Map<number, JoinBuild>();
  #numTasks = 0;
  #isRetired = false;

  constructor(account: MemoryAccount) {
    this.account = account;
  }

  /** The build side of a node of the plan, if there is one. */
  get(node: number): JoinBuild | undefined {
    return this.#builds.get(node);
  }

  /**
   * Shares what a task has built, which must have been charged to `account`. The answer is the build side to use: another task may have been
   * quicker, and then the one given is closed.
   */
  share(node: number, build: JoinBuild): JoinBuild {
    const earlier = this.#builds.get(node);
    if (earlier) build.close();
    else this.#builds.set(node, build);
    return earlier ?? build;
  }

  /** A task begins that may use them. */
  open(): void {
    this.#numTasks++;
  }

  /** The task has ended. */
  close(): void {
    this.#numTasks--;
    this.#freeWhenUnused();
  }

  /** No task will begin any more: everything is freed when the last one has ended. Idempotent. */
  retire(): void {
    this.#isRetired = true;
    this.#freeWhenUnused();
  }

  #freeWhenUnused(): void {
    if (!this.#isRetired || this.#numTasks > 0) return;
    for (const build of this.#builds.values()) build.close();
    this.#builds.clear();
    this.account.close();
  }
}
