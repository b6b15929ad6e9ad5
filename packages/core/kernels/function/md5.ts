import { write_hex } from './binary-text';
import { row_counts, store_null_ref, store_ref } from './row';

// RFC 1321.

const SINES: usize = memory.data<u32>([
  0xd76aa478, 0xe8c7b756, 0x242070db, 0xc1bdceee, 0xf57c0faf, 0x4787c62a, 0xa8304613, 0xfd469501, 0x698098d8, 0x8b44f7af,
  0xffff5bb1, 0x895cd7be, 0x6b901122, 0xfd987193, 0xa679438e, 0x49b40821, 0xf61e2562, 0xc040b340, 0x265e5a51, 0xe9b6c7aa,
  0xd62f105d, 0x02441453, 0xd8a1e681, 0xe7d3fbc8, 0x21e1cde6, 0xc33707d6, 0xf4d50d87, 0x455a14ed, 0xa9e3e905, 0xfcefa3f8,
  0x676f02d9, 0x8d2a4c8a, 0xfffa3942, 0x8771f681, 0x6d9d6122, 0xfde5380c, 0xa4beea44, 0x4bdecfa9, 0xf6bb4b60, 0xbebfbc70,
  0x289b7ec6, 0xeaa127fa, 0xd4ef3085, 0x04881d05, 0xd9d4d039, 0xe6db99e5, 0x1fa27cf8, 0xc4ac5665, 0xf4292244, 0x432aff97,
  0xab9423a7, 0xfc93a039, 0x655b59c3, 0x8f0ccc92, 0xffeff47d, 0x85845dd1, 0x6fa87e4f, 0xfe2ce6e0, 0xa3014314, 0x4e0811a1,
  0xf7537e82, 0xbd3af235, 0x2ad7d2bb, 0xeb86d391,
]);
const SHIFTS: usize = memory.data<u8>([7, 12, 17, 22, 5, 9, 14, 20, 4, 11, 16, 23, 6, 10, 15, 21]);
const STATE: usize = memory.data(16, 16);
const TAIL: usize = memory.data(128, 16);

function md5_block(block: usize): void {
  let a = load<u32>(STATE);
  let b = load<u32>(STATE, 4);
  let c = load<u32>(STATE, 8);
  let d = load<u32>(STATE, 12);
  for (let i: u32 = 0; i < 64; i++) {
    let f: u32;
    let g: u32;
    if (i < 16) {
      f = (b & c) | (~b & d);
      g = i;
    } else if (i < 32) {
      f = (d & b) | (~d & c);
      g = (5 * i + 1) & 15;
    } else if (i < 48) {
      f = b ^ c ^ d;
      g = (3 * i + 5) & 15;
    } else {
      f = c ^ (b | ~d);
      g = (7 * i) & 15;
    }
    f += a + load<u32>(SINES + <usize>i * 4) + load<u32>(block + <usize>g * 4);
    a = d;
    d = c;
    c = b;
    b += rotl<u32>(f, <u32>load<u8>(SHIFTS + <usize>((i >> 4) * 4 + (i & 3))));
  }
  store<u32>(STATE, load<u32>(STATE) + a);
  store<u32>(STATE, load<u32>(STATE, 4) + b, 4);
  store<u32>(STATE, load<u32>(STATE, 8) + c, 8);
  store<u32>(STATE, load<u32>(STATE, 12) + d, 12);
}

/** The MD5 digest of each string as 32 hexadecimal digits; `bytes` has room for them. */
export function text_md5(
  data: usize, stride: usize, validity: usize, rows: usize, out: usize, bytes: usize,
): void {
  for (let i: usize = 0; i < rows; i++, data += stride, out += 8) {
    if (!row_counts(validity, i)) {
      store_null_ref(out);
      continue;
    }
    let at = <usize>load<u32>(data);
    const length = <usize>load<u32>(data, 4);
    store<u32>(STATE, 0x67452301);
    store<u32>(STATE, 0xefcdab89, 4);
    store<u32>(STATE, 0x98badcfe, 8);
    store<u32>(STATE, 0x10325476, 12);
    let left = length;
    for (; left >= 64; left -= 64, at += 64) md5_block(at);
    memory.fill(TAIL, 0, 128);
    memory.copy(TAIL, at, left);
    store<u8>(TAIL + left, 0x80);
    const tail_bytes: usize = left < 56 ? 64 : 128;
    store<u64>(TAIL + tail_bytes - 8, <u64>length * 8);
    md5_block(TAIL);
    if (tail_bytes == 128) md5_block(TAIL + 64);
    write_hex(bytes, STATE, 16);
    store_ref(out, bytes, 32);
    bytes += 32;
  }
}
