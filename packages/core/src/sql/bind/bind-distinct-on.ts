import { QueryError } from '../../error/index.ts';
import type { SortKey } from '../../expression/index.ts';
import type { LogicalPlan } from '../../logical/index.ts';
import type { BoundSortKey } from './bind-order-by.ts';
import { columnReference } from './binder.ts';

/** Keys of DISTINCT ON or ORDER BY, and the column of the projection that each of them is. */
export interface PlacedKeys {
  readonly keys: readonly BoundSortKey[];
  readonly places: readonly number[];
}

/**
 * The first row, in the order of ORDER BY, of those that are equal in the expressions of DISTINCT ON. Throws INVALID_CLAUSE unless
 * ORDER BY begins with these expressions.
 */
export function distinctOnRows(input: LogicalPlan, on: PlacedKeys, order: PlacedKeys): LogicalPlan {
  const wanted = new Set(on.places);
  const numLeading = order.places.findIndex((place) => !wanted.has(place));
  const leading = new Set(numLeading < 0 ? order.places : order.places.slice(0, numLeading));
  const isWhole = numLeading < 0 || leading.size === wanted.size;
  if (!isWhole) {
    const missing = on.places.findIndex((place) => !leading.has(place));
    throw new QueryError('INVALID_CLAUSE', 'ORDER BY must begin with the expressions of DISTINCT ON.', {
      span: on.keys[missing]!.span,
      hint: 'Put them first in ORDER BY, in any order and direction.',
    });
  }
  const keys = order.keys.flatMap(({ descending, nullsFirst, span }, i): SortKey[] => {
    const place = order.places[i]!;
    return wanted.has(place)
      ? []
      : [{ expression: columnReference(input.columns[place]!, span), descending, nullsFirst }];
  });
  const by = [...wanted].map((place) => columnReference(input.columns[place]!));
  return { kind: 'LimitBy', columns: input.columns, input, by, keys, limit: 1, offset: 0 };
}
