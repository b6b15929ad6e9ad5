// A template of `to_char` and its like as the host has taken it apart (src/expression/scalar/format/): nodes of 16 bytes.
//
// | offset | content |
// |---|---|
// | 0 | u8 type: 0 field, 1 other character, 2 separator, 3 space |
// | 1 | u8 field |
// | 2 | u8 suffixes: 1 FM, 2 TH, 4 th |
// | 3 | u8 1 when what follows is no digit, so that a number may take as many as there are |
// | 4 | u8 most characters that the field reads |
// | 8 | u32 address, u32 length of the character |

export const NODE_BYTES: usize = 16;
export const NODE_FIELD: u32 = 0;
export const NODE_CHARACTER: u32 = 1;
export const NODE_SEPARATOR: u32 = 2;
export const NODE_SPACE: u32 = 3;

export const SUFFIX_FM: u32 = 1;
export const SUFFIX_TH_UPPER: u32 = 2;
export const SUFFIX_TH_LOWER: u32 = 4;

@inline
export function node_type(node: usize): u32 {
  return load<u8>(node);
}
@inline
export function node_field(node: usize): i32 {
  return load<u8>(node, 1);
}
@inline
export function node_suffix(node: usize): u32 {
  return load<u8>(node, 2);
}
@inline
export function node_ends_number(node: usize): bool {
  return load<u8>(node, 3) != 0;
}
@inline
export function node_width(node: usize): usize {
  return load<u8>(node, 4);
}

/** Copies the character of a node and answers with its bytes. */
@inline
export function write_node(node: usize, out: usize): usize {
  const length = <usize>load<u32>(node, 12);
  const at = <usize>load<u32>(node, 8);
  for (let i: usize = 0; i < length; i++) store<u8>(out + i, load<u8>(at + i));
  return length;
}

/** ST, ND, RD or TH for a number; two bytes. */
export function write_ordinal(out: usize, value: u64, lower: bool): void {
  const last = value % 10;
  let text: u32 = 0x4854; // TH
  if ((value / 10) % 10 != 1) {
    if (last == 1) text = 0x5453;
    else if (last == 2) text = 0x444e;
    else if (last == 3) text = 0x4452;
  }
  store<u16>(out, <u16>(lower ? text | 0x2020 : text));
}
