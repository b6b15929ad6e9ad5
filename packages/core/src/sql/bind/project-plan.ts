import type { Expression } from '../../expression/index.ts';
import type { LogicalPlan } from '../../logical/index.ts';
import type { DataType } from '../../types/index.ts';
import { type Binder, columnReference } from './binder.ts';
import type { ExpressionBinder } from './expression-binder.ts';

/** A projection, or the input itself when nothing would change. */
export function project(
  binder: Binder,
  input: LogicalPlan,
  expressions: readonly Expression[],
  names: readonly string[],
): LogicalPlan {
  const columns = binder.columnsFor(expressions, names, input);
  const same =
    columns.length === input.columns.length &&
    columns.every(({ id, name }, i) => id === input.columns[i]!.id && name === input.columns[i]!.name);
  return same ? input : { kind: 'Project', columns, input, expressions };
}

/** The plan with each column cast to a type, for the sides of a set operation. */
export function castColumns(
  binder: Binder,
  input: LogicalPlan,
  types: readonly DataType[],
  coerce: ExpressionBinder['coerce'],
): LogicalPlan {
  const expressions = input.columns.map((column, i) => coerce(columnReference(column), types[i]!));
  return project(
    binder,
    input,
    expressions,
    input.columns.map(({ name }) => name),
  );
}
