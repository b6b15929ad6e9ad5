/** Neighbouring partitions that one task reads: from `from` to `to` (exclusive). */
export interface PartitionRange {
  readonly from: number;
  readonly to: number;
}

/** Bytes that one task of a `partitions` stage is to read, unless told otherwise. */
export const DEFAULT_PARTITION_TASK_BYTES = 16 * 2 ** 20;

/**
 * Cuts partitions into runs of neighbours with about equal bytes, none of them more than about `targetBytes` unless one partition
 * alone is. Depends on the bytes only, so that any number of workers runs the same tasks. Small inputs, and empty ones, give one range.
 */
export function groupPartitions(bytes: readonly number[], targetBytes: number): PartitionRange[] {
  const total = bytes.reduce((sum, each) => sum + each, 0);
  const numTasks = Math.max(1, Math.min(bytes.length, Math.ceil(total / targetBytes)));
  const ranges: PartitionRange[] = [];
  let from = 0;
  let before = 0;
  let group = 0;
  for (let partition = 0; partition < bytes.length; partition++) {
    // A partition belongs to the task in whose equal share of all bytes its middle lies.
    const middle = before + bytes[partition]! / 2;
    const belongsTo = total === 0 ? 0 : Math.min(numTasks - 1, Math.floor((middle * numTasks) / total));
    if (belongsTo !== group && partition > from) {
      ranges.push({ from, to: partition });
      from = partition;
    }
    group = belongsTo;
    before += bytes[partition]!;
  }
  ranges.push({ from, to: bytes.length });
  return ranges;
}
