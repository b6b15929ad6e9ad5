import type { DataType, TypeId } from '../../types/index.ts';
import { BOOLEAN_CASTS } from './boolean-casts.ts';
import type { CastFunction } from './cast-function.ts';
import { DATETIME_CASTS } from './datetime-casts.ts';
import { JSON_CASTS } from './json-casts.ts';
import { NESTED_CASTS } from './nested-casts.ts';
import { NUMERIC_CASTS } from './numeric-casts.ts';
import { TEXT_CASTS } from './text-casts.ts';

const TABLE = new Map<TypeId, Map<TypeId, CastFunction>>();

for (const { from, to, convert } of [
  ...BOOLEAN_CASTS,
  ...NUMERIC_CASTS,
  ...DATETIME_CASTS,
  ...TEXT_CASTS,
  ...NESTED_CASTS,
  ...JSON_CASTS,
]) {
  let targets = TABLE.get(from);
  if (!targets) {
    targets = new Map();
    TABLE.set(from, targets);
  }
  targets.set(to, convert);
}

/** How values of one type are converted to another; undefined when there is no cast. */
export function castFunction(from: DataType, to: DataType): CastFunction | undefined {
  return TABLE.get(from.id)?.get(to.id);
}
