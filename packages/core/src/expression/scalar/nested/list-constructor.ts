import { list } from '../../../types/index.ts';
import type { ScalarEvaluate, ScalarFunction } from '../../function.ts';
import { functionKernels } from '../function-kernels.ts';
import { overload, stride } from '../row-evaluation.ts';
import { sizedText } from '../sized-text.ts';
import { elementWidth } from './list-elements.ts';

/** Words of an entry of the table of `list_of_items`. */
const ENTRY_WORDS = 5;

const construct: ScalarEvaluate = (context, items, numRows, type) => {
  const { arena } = context;
  const table = arena.allocate(items.length * ENTRY_WORDS * 4);
  items.forEach((item, i) => {
    const validityStride = item.encoding === 'constant' ? 0 : 1;
    const entry = [item.data, stride(item), item.validity, validityStride, elementWidth(item.type) >>> 0];
    arena.memory.u32.set(entry, table / 4 + i * ENTRY_WORDS);
  });
  return sizedText(context, type, numRows, (out, bytes) =>
    functionKernels(context).list_of_items(table, items.length, numRows, out, bytes),
  );
};

/** `ARRAY[...]` of anything but constants. Its items come with one type. */
export const LIST_CONSTRUCTOR: ScalarFunction = {
  name: 'array of',
  category: 'nested',
  volatility: 'immutable',
  description: 'An array of its arguments.',
  examples: [],
  overloads: [overload('array of', ['any'], ([type]) => list(type!), construct, { variadic: true, nulls: 'custom' })],
};
