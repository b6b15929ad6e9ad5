/**
 * Groups rows by partition, keeping their order: `out` gets the row numbers (entries of `selection`, or 0 to n - 1 when it is
 * 0) of partition 0, then of partition 1 and so on; `ends` (u32, `numPartitions`) gets where each ends.
 */
export function group_by_partition(
  out: usize,
  ends: usize,
  partitions: usize,
  selection: usize,
  n: i32,
  numPartitions: i32,
): void {
  memory.fill(ends, 0, <usize>numPartitions << 2);
  for (let i = 0; i < n; i++) {
    const at = ends + (<usize>load<u32>(partitions + (<usize>i << 2)) << 2);
    store<u32>(at, load<u32>(at) + 1);
  }
  let start: u32 = 0;
  for (let p = 0; p < numPartitions; p++) {
    const at = ends + (<usize>p << 2);
    const count = load<u32>(at);
    store<u32>(at, start);
    start += count;
  }
  for (let i = 0; i < n; i++) {
    const at = ends + (<usize>load<u32>(partitions + (<usize>i << 2)) << 2);
    const place = load<u32>(at);
    const row = selection == 0 ? <u32>i : load<u32>(selection + (<usize>i << 2));
    store<u32>(out + (<usize>place << 2), row);
    store<u32>(at, place + 1);
  }
}
