import { type DataType, KIND_WIDTH, type ListType, physicalKind } from '../../../types/index.ts';
import { type Address, Vector } from '../../../vector/index.ts';
import type { EvaluationContext } from '../../function.ts';
import { functionKernels } from '../function-kernels.ts';
import { stride } from '../row-evaluation.ts';

/** The elements of all lists of a vector, behind each other. */
export interface ListElements {
  /** The number of elements of each row, as i32. */
  readonly counts: Address;
  readonly values: Vector;
  /** One byte an element. */
  readonly validity: Address;
}

/** How long values of a type are in the encoding of nested values; see kernels/function/list-values.ts. */
export function describeType(type: DataType): number[] {
  if (type.id === 'list') return [2, ...describeType(type.element)];
  if (type.id === 'struct') return [3, type.fields.length, ...type.fields.flatMap((field) => describeType(field.type))];
  const kind = physicalKind(type);
  return kind === 'ref' ? [1] : [0, KIND_WIDTH[kind]];
}

/** Takes the lists of a vector apart. Elements of text and nested types point into them. */
export function listElements(
  context: Pick<EvaluationContext, 'arena'>,
  lists: Vector,
  validity: Address,
  numRows: number,
): ListElements {
  const { arena } = context;
  const kernels = functionKernels(context);
  const { element } = lists.type as ListType;
  const counts = arena.allocate(numRows * 4);
  const total = kernels.list_lengths(lists.data, stride(lists), validity, numRows, counts);
  const description = describeType(element);
  const desc = arena.allocate(description.length);
  arena.memory.u8.set(description, desc);
  const data = arena.allocate(total * KIND_WIDTH[physicalKind(element)]);
  const elementValidity = arena.allocate(total);
  kernels.list_elements(lists.data, stride(lists), counts, numRows, desc, data, elementValidity);
  return { counts, values: Vector.flat(element, total, data, elementValidity), validity: elementValidity };
}

/** How a kernel copies an element: its width, 0 for bytes, -1 for a value that is encoded already. */
export function elementWidth(type: DataType): number {
  if (type.id === 'list' || type.id === 'struct') return -1;
  const kind = physicalKind(type);
  return kind === 'ref' ? 0 : KIND_WIDTH[kind];
}
