import { type DataType, KIND_WIDTH, type ListType, type PhysicalKind, physicalKind } from '../../../types/index.ts';
import { type Address, flatten, Vector } from '../../../vector/index.ts';
import type { EvaluationContext } from '../../function.ts';
import { functionKernels } from '../function-kernels.ts';
import { stride } from '../row-evaluation.ts';
import { sizedText } from '../sized-text.ts';

/** The elements of all lists of a vector, behind each other. */
export interface ListElements {
  /** The number of elements of each row, as i32. */
  readonly counts: Address;
  readonly values: Vector;
  /** One byte an element. */
  readonly validity: Address;
}

/** How long values of a type are in the encoding of nested values; see kernels/function/list-values.ts. */
function describeType(type: DataType): number[] {
  if (type.id === 'list') return [2, ...describeType(type.element)];
  if (type.id === 'struct') return [3, type.fields.length, ...type.fields.flatMap((field) => describeType(field.type))];
  const kind = physicalKind(type);
  return kind === 'ref' ? [1] : [0, KIND_WIDTH[kind]];
}

const KIND_CODE: Readonly<Record<PhysicalKind, number>> = {
  bool: 0,
  i32: 1,
  i64: 2,
  f64: 3,
  i128: 4,
  ref: 5,
  interval: 6,
};

/** How values of a type are compared in the encoding of nested values; see kernels/function/nested-order.ts. */
function describeOrder(type: DataType): number[] {
  if (type.id === 'list') return [7, ...describeOrder(type.element)];
  if (type.id === 'struct')
    return [8, type.fields.length, ...type.fields.flatMap((field) => describeOrder(field.type))];
  return [KIND_CODE[physicalKind(type)]];
}

function inMemory({ arena }: Pick<EvaluationContext, 'arena'>, bytes: readonly number[]): Address {
  const address = arena.allocate(bytes.length);
  arena.memory.u8.set(bytes, address);
  return address;
}

/** What kernels need to know of a type to find where its values end. */
export function typeDescription(context: Pick<EvaluationContext, 'arena'>, type: DataType): Address {
  return inMemory(context, describeType(type));
}

/** What kernels need to know of a type to compare its values. */
export function orderDescription(context: Pick<EvaluationContext, 'arena'>, type: DataType): Address {
  return inMemory(context, describeOrder(type));
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
  const desc = typeDescription(context, element);
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

/** Lists of the elements that {@link listElements} took out of others, after something was done to them; flat or constant. */
export function listsOf(
  context: EvaluationContext,
  { counts }: Pick<ListElements, 'counts'>,
  values: Vector,
  type: DataType,
  validity: Address,
  numRows: number,
): Vector {
  const flat = flatten(values, context.arena);
  const width = elementWidth(flat.type);
  const result = sizedText(context, type, numRows, (out, bytes) =>
    functionKernels(context).list_of_values(
      ...([counts, flat.data, flat.width, flat.validity, width, validity, numRows] as const),
      ...[out, bytes],
    ),
  );
  return Vector.flat(type, numRows, result.data, validity);
}
