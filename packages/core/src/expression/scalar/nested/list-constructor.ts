import { type DataType, list, type StructType } from '../../../types/index.ts';
import type { Vector } from '../../../vector/index.ts';
import type { EvaluationContext, ScalarEvaluate, ScalarFunction } from '../../function.ts';
import { functionKernels } from '../function-kernels.ts';
import { overload, stride } from '../row-evaluation.ts';
import { sizedText } from '../sized-text.ts';
import { elementWidth } from './list-elements.ts';

/** Words of an entry of the table of `list_of_items`. */
const ENTRY_WORDS = 5;

/** Lists, or structs, of one value from each of the items. */
export function nestedOf(
  context: EvaluationContext,
  items: readonly Vector[],
  numRows: number,
  type: DataType,
): Vector {
  const { arena } = context;
  const table = arena.allocate(items.length * ENTRY_WORDS * 4);
  items.forEach((item, i) => {
    const validityStride = item.encoding === 'constant' ? 0 : 1;
    const entry = [item.data, stride(item), item.validity, validityStride, elementWidth(item.type) >>> 0];
    arena.memory.u32.set(entry, table / 4 + i * ENTRY_WORDS);
  });
  const counted = type.id === 'list' ? 1 : 0;
  return sizedText(context, type, numRows, (out, bytes) =>
    functionKernels(context).list_of_items(table, items.length, counted, numRows, out, bytes),
  );
}

const construct: ScalarEvaluate = (context, items, numRows, type) => nestedOf(context, items, numRows, type);

/** Fields that nothing gives a name. */
function rowType(types: readonly DataType[]): StructType {
  return { id: 'struct', fields: types.map((type, i) => ({ name: `f${i + 1}`, type })) };
}

/** `ARRAY[...]` of anything but constants. Its items come with one type. */
export const LIST_CONSTRUCTOR: ScalarFunction = {
  name: 'array of',
  category: 'nested',
  volatility: 'immutable',
  description: 'An array of its arguments.',
  examples: [],
  overloads: [overload('array of', ['any'], ([type]) => list(type!), construct, { variadic: true, nulls: 'custom' })],
};

/** `ROW(...)`. */
export const ROW_CONSTRUCTOR: ScalarFunction = {
  name: 'row of',
  category: 'nested',
  volatility: 'immutable',
  description: 'A row of its arguments.',
  examples: [],
  overloads: [overload('row of', ['any'], rowType, construct, { variadic: true, nulls: 'custom' })],
};
