import { internal } from '../../../error/index.ts';
import { type DataType, INT32, KIND_WIDTH, physicalKind, type StructType } from '../../../types/index.ts';
import { Vector, vectorValue } from '../../../vector/index.ts';
import type { EvaluationContext, ReturnTypeOf, ScalarEvaluate, ScalarFunction } from '../../function.ts';
import { functionKernels } from '../function-kernels.ts';
import { overload, stride } from '../row-evaluation.ts';
import { typeDescription } from './list-elements.ts';

/** A field of each struct; null where it or the struct is. `context.validity` tells which structs count. */
export function structField(context: EvaluationContext, structs: Vector, index: number, numRows: number): Vector {
  const { arena, validity } = context;
  const { fields } = structs.type as StructType;
  const { type } = fields[index]!;
  const out = arena.allocate(numRows * KIND_WIDTH[physicalKind(type)]);
  const outValidity = arena.allocate(numRows);
  // A description begins with the number of fields; those of the fields follow.
  const description = typeDescription(context, { id: 'struct', fields: fields.slice(0, index + 1) });
  functionKernels(context).struct_field(
    ...([structs.data, stride(structs), validity, numRows, description + 2, index, out, outValidity] as const),
  );
  return Vector.flat(type, numRows, out, outValidity);
}

const fieldType: ReturnTypeOf = ([type], constants): DataType => {
  const index = constants?.[1];
  const field = typeof index === 'number' ? (type as StructType).fields[index] : undefined;
  if (!field) throw internal('the field of a struct is chosen by a constant');
  return field.type;
};

const fieldOf: ScalarEvaluate = (context, [structs, index], numRows) => {
  const place = vectorValue(index!, 0, context.arena.memory) as number;
  return structField(context, structs!, place, numRows);
};

/** `(struct).name`, with the place of the field, from 0, as a constant. */
export const FIELD_OF: ScalarFunction = {
  name: 'field of',
  category: 'nested',
  volatility: 'immutable',
  description: 'A field of a row, by its place.',
  examples: [],
  overloads: [overload('field of', ['struct', INT32], fieldType, fieldOf)],
};
