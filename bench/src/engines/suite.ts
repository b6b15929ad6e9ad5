import { clickBenchSuite } from '../clickbench/clickbench-suite.ts';
import type { BenchQuery, Suite } from './bench-query.ts';
import { groupSuite } from './group-suite.ts';
import { joinSuite } from './join-suite.ts';
import { scanSuite } from './scan-suite.ts';
import { tpchSuite } from './tpch-suite.ts';

export const SUITE_NAMES = ['tpch', 'clickbench', 'scan', 'join', 'group'] as const;
export type SuiteName = (typeof SUITE_NAMES)[number];

const SUITES: Readonly<Record<SuiteName, Suite>> = {
  tpch: tpchSuite,
  clickbench: clickBenchSuite,
  scan: scanSuite,
  join: joinSuite,
  group: groupSuite,
};

/** A query was asked for that the suite does not have. */
class UnknownQueryError extends RangeError {
  override name = 'UnknownQueryError';
  readonly code = 'BAD_ARGUMENT';
}

/** A suite by name. */
export function suiteByName(name: SuiteName): Suite {
  return SUITES[name];
}

/**
 * The queries of a suite by id, in the order asked for; all when none is. A number stands for the id `q` with that number.
 * Throws UnknownQueryError naming the ids that there are.
 */
export function selectQueries(suite: Suite, scaleFactor: number, ids: readonly string[] | undefined): BenchQuery[] {
  const queries = suite.queries(scaleFactor);
  if (ids === undefined) return [...queries];
  return ids.map((id) => {
    const wanted = /^\d+$/.test(id) ? `q${Number(id)}` : id;
    const query = queries.find((candidate) => candidate.id === wanted);
    if (query === undefined) {
      throw new UnknownQueryError(
        `the suite has no query '${id}': it has ${queries.map((known) => known.id).join(', ')}`,
      );
    }
    return query;
  });
}
