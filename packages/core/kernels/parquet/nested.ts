// Lists and structs, from columns (Arrow layout) to the encoding of nested values (src/vector/nested-encoding.ts).
import { load_bit } from './bit-unpack';

// A node of the value's type, 32 bytes. Kept equal with src/parquet/nested-node.ts.
@unmanaged class Node {
  kind: u32;
  /** FIXED: bytes of a value. */
  width: u32;
  /** FIXED: values. REF: refs. */
  data: u32;
  /** Bitmap of the nodes that have a value, or 0 when all have. */
  validity: u32;
  /** Bit of row 0 in `validity`. */
  firstBit: u32;
  /** LIST: n + 1 numbers of entries. */
  offsets: u32;
  /** LIST, STRUCT: addresses of the nodes below. */
  children: u32;
  numChildren: u32;
}

const FIXED: u32 = 0;
const REF: u32 = 1;
const LIST: u32 = 2;

const TOO_LARGE: u64 = 0x7fffffff;

// @ts-ignore: decorator
@inline
function is_null(node: Node, row: u32): bool {
  return node.validity != 0 && load_bit(node.validity, node.firstBit + row) == 0;
}

function size_of(node: Node, row: u32): u64 {
  if (is_null(node, row)) return 1;
  const kind = node.kind;
  if (kind == FIXED) return 1 + node.width;
  if (kind == REF) return 5 + <u64>load<u32>(node.data + (row << 3), 4);
  if (kind == LIST) {
    const child = changetype<Node>(load<u32>(node.children));
    const from = load<u32>(node.offsets + (row << 2));
    const to = load<u32>(node.offsets + (row << 2), 4);
    let bytes: u64 = 5;
    if (child.kind == FIXED && child.validity == 0) return bytes + <u64>(to - from) * (1 + child.width);
    for (let entry = from; entry < to && bytes <= TOO_LARGE; entry++) bytes += size_of(child, entry);
    return bytes;
  }
  let bytes: u64 = 1;
  for (let i: u32 = 0; i < node.numChildren; i++) {
    bytes += size_of(changetype<Node>(load<u32>(node.children + (i << 2))), row);
  }
  return bytes;
}

function write_value(node: Node, row: u32, out: usize): usize {
  if (is_null(node, row)) {
    store<u8>(out, 0);
    return out + 1;
  }
  store<u8>(out, 1);
  out += 1;
  const kind = node.kind;
  if (kind == FIXED) {
    const width = node.width;
    if (width == 8) store<u64>(out, load<u64>(node.data + (row << 3)));
    else if (width == 4) store<u32>(out, load<u32>(node.data + (row << 2)));
    else if (width == 1) store<u8>(out, load<u8>(node.data + row));
    else v128.store(out, v128.load(node.data + (row << 4)));
    return out + width;
  }
  if (kind == REF) {
    const at = load<u32>(node.data + (row << 3));
    const length = load<u32>(node.data + (row << 3), 4);
    store<u32>(out, length);
    memory.copy(out + 4, at, length);
    return out + 4 + length;
  }
  if (kind == LIST) {
    const child = changetype<Node>(load<u32>(node.children));
    const from = load<u32>(node.offsets + (row << 2));
    const to = load<u32>(node.offsets + (row << 2), 4);
    store<u32>(out, to - from);
    out += 4;
    for (let entry = from; entry < to; entry++) out = write_value(child, entry, out);
    return out;
  }
  for (let i: u32 = 0; i < node.numChildren; i++) {
    out = write_value(changetype<Node>(load<u32>(node.children + (i << 2))), row, out);
  }
  return out;
}

/** Bytes that rows `from` to `from + n` take in all, or -1 when they are more than 2^31. */
export function nested_size(node: usize, from: u32, n: u32): i32 {
  let bytes: u64 = 0;
  for (let row = from; row < from + n; row++) {
    bytes += size_of(changetype<Node>(node), row);
    if (bytes > TOO_LARGE) return -1;
  }
  return <i32>bytes;
}

/** Writes the rows to `out`, with refs to them and their validity; answers with the number of values that are not null. */
export function nested_write(node: usize, from: u32, n: u32, out: usize, refs: usize, validity: usize): u32 {
  const top = changetype<Node>(node);
  let values: u32 = 0;
  for (let i: u32 = 0; i < n; i++) {
    if (is_null(top, from + i)) {
      store<u64>(refs, 0);
      store<u8>(validity + i, 0);
    } else {
      const end = write_value(top, from + i, out);
      store<u32>(refs, <u32>out);
      store<u32>(refs, <u32>(end - out), 4);
      store<u8>(validity + i, 1);
      out = end;
      values++;
    }
    refs += 8;
  }
  return values;
}

/** Makes the refs of rows whose bit is 0 refs of no address. */
export function clear_refs(refs: usize, bitmap: usize, firstBit: u32, n: u32): void {
  for (let i: u32 = 0; i < n; i++) {
    if (load_bit(bitmap, firstBit + i) == 0) store<u64>(refs + (i << 3), 0);
  }
}
