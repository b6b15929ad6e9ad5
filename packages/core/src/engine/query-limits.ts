import { QueryError } from '../error/index.ts';
import { formatCount } from '../physical/plan-display.ts';
import type { QueryCost } from './explain-cost.ts';

/** What one query may take; what is foreseen is checked before anything of it is read. */
export interface QueryLimits {
  /** Requests to stores that the plan foresees. Default: no limit. */
  readonly maxRequests?: number | undefined;
  /** Bytes that the plan foresees to read. Default: no limit. */
  readonly maxBytesRead?: number | undefined;
  /** US dollars that the requests of the plan cost. Default: no limit. */
  readonly maxDollars?: number | undefined;
  /** Bytes that one task of the query may reserve. Default: what the engine allows any task. */
  readonly memoryBytes?: number | undefined;
}

/** Throws `COST_LIMIT` when the plan would cost more than the limits allow. */
export function checkCost(cost: QueryCost, limits: QueryLimits): void {
  const { maxRequests, maxBytesRead, maxDollars } = limits;
  if (maxBytesRead !== undefined && cost.bytes > maxBytesRead) {
    throw tooCostly(`read ${formatCount(cost.bytes)} bytes`, `${formatCount(maxBytesRead)} bytes`, cost);
  }
  if (maxRequests !== undefined && cost.numRequests > maxRequests) {
    throw tooCostly(`make ${formatCount(cost.numRequests)} requests`, `${formatCount(maxRequests)} requests`, cost);
  }
  if (maxDollars !== undefined && cost.dollars > maxDollars) {
    throw tooCostly(`cost $${cost.dollars.toFixed(8)}`, `$${maxDollars}`, cost);
  }
}

function tooCostly(would: string, limit: string, cost: QueryCost): QueryError {
  const { bytes, numRequests, dollars, isUpperBound } = cost;
  return new QueryError(
    'COST_LIMIT',
    `The query would ${would}${isUpperBound ? ' at most' : ''}; the limit is ${limit}.`,
    {
      details: { bytes, numRequests, dollars },
      hint: 'Filter by a partition or a sorted column, or select fewer columns. EXPLAIN (COST) shows what each table costs.',
    },
  );
}
