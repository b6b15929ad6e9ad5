import { type DataType, KIND_WIDTH, type PhysicalKind, physicalKind } from '../../types/index.ts';
import type { Address, Arena, Vector } from '../../vector/index.ts';
import { expressionKernels } from '../expression-kernels.ts';
import { integerRange, rangeFits, scaleOf } from '../numeric-range.ts';

/**
 * Values of an integer or decimal type as another such type: rescaled, digits that fall away rounded (halves away from zero),
 * and checked against the range of the target unless the types prove that it cannot be left. Answers the kernel's status and
 * the address of the values. With `failures`, rows that do not fit clear their byte there instead of failing.
 */
export function convertInteger(
  values: Vector,
  target: DataType,
  validity: Address,
  failures: Address,
  arena: Arena,
): { readonly status: number; readonly data: Address } {
  const numRows = values.length;
  const from = values.kind;
  const to = physicalKind(target);
  const delta = scaleOf(target) - scaleOf(values.type);
  const fits = rangeFits(values.type, target);
  if (delta === 0 && fits && from === to) return { status: 0, data: values.data };
  const data = arena.allocate(numRows * KIND_WIDTH[to]);
  const kernels = expressionKernels(arena);
  if (delta === 0 && fits && KIND_WIDTH[from] < KIND_WIDTH[to]) {
    const widen =
      to === 'i64' ? kernels.widen_i32_i64 : from === 'i32' ? kernels.widen_i32_i128 : kernels.widen_i64_i128;
    widen(data, values.data, numRows);
    return { status: 0, data };
  }
  const [low, high] = writeBounds(target, arena);
  const isNarrow = isWord(from) && isWord(to) && Math.abs(delta) <= 18;
  const convert = isNarrow ? kernels.convert_narrow : kernels.convert_wide;
  const widths = [KIND_WIDTH[from], KIND_WIDTH[to]] as const;
  const status = convert(data, values.data, validity, numRows, ...widths, delta, low, high, failures);
  return { status, data };
}

function isWord(kind: PhysicalKind): boolean {
  return kind === 'i32' || kind === 'i64';
}

/** Addresses of the least and the greatest value of a type, as 128-bit integers. */
function writeBounds(type: DataType, arena: Arena): readonly [low: Address, high: Address] {
  const address = arena.allocate(32);
  const view = new DataView(arena.memory.memory.buffer);
  for (const [i, bound] of integerRange(type).entries()) {
    view.setBigUint64(address + 16 * i, BigInt.asUintN(64, bound), true);
    view.setBigInt64(address + 16 * i + 8, BigInt.asIntN(64, bound >> 64n), true);
  }
  return [address, address + 16];
}
