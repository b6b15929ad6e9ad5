import { type DataType, type PhysicalKind, physicalKind, type TypeId } from '../types/index.ts';

const INTEGER_RANGES: Readonly<Partial<Record<TypeId, readonly [bigint, bigint]>>> = {
  int8: [-(2n ** 7n), 2n ** 7n - 1n],
  int16: [-(2n ** 15n), 2n ** 15n - 1n],
  int32: [-(2n ** 31n), 2n ** 31n - 1n],
  int64: [-(2n ** 63n), 2n ** 63n - 1n],
  uint8: [0n, 2n ** 8n - 1n],
  uint16: [0n, 2n ** 16n - 1n],
  uint32: [0n, 2n ** 32n - 1n],
  uint64: [0n, 2n ** 64n - 1n],
};

/** The least and the greatest value of an integer type, or unscaled value of a decimal. */
export function integerRange(type: DataType): readonly [least: bigint, greatest: bigint] {
  if (type.id === 'decimal') {
    const greatest = 10n ** BigInt(type.precision) - 1n;
    return [-greatest, greatest];
  }
  return INTEGER_RANGES[type.id]!;
}

/** The least and the greatest value that a kind can hold. */
export function kindRange(kind: PhysicalKind): readonly [least: bigint, greatest: bigint] {
  const bits = kind === 'i32' ? 31n : kind === 'i64' ? 63n : 127n;
  return [-(2n ** bits), 2n ** bits - 1n];
}

/** Digits after the point: those of a decimal, none for an integer. */
export function scaleOf(type: DataType): number {
  return type.id === 'decimal' ? type.scale : 0;
}

/** Whether every value of `from` (an integer or decimal type) stays in the range of `to` when its scale is changed. */
export function rangeFits(from: DataType, to: DataType): boolean {
  const delta = scaleOf(to) - scaleOf(from);
  // Rounding digits away can carry into one digit more.
  const [least, greatest] = integerRange(from).map((bound) =>
    delta >= 0 ? bound * 10n ** BigInt(delta) : bound / 10n ** BigInt(-delta) + (bound < 0n ? -1n : 1n),
  ) as [bigint, bigint];
  const [low, high] = integerRange(to);
  return least >= low && greatest <= high && physicalKind(to) !== 'f64';
}
