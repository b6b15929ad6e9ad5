// BYTE_STREAM_SPLIT (parquet-format, Encodings.md): byte k of every value lies in stream k.

/** Puts `n` values of `width` bytes together again; the streams are `n` bytes each. */
export function byte_stream_join(out: usize, streams: usize, n: u32, width: u32): void {
  if (width == 4) {
    join_4(out, streams, n);
    return;
  }
  if (width == 8) {
    join_8(out, streams, n);
    return;
  }
  for (let k: u32 = 0; k < width; k++) {
    const stream = streams + k * n;
    for (let i: u32 = 0; i < n; i++) store<u8>(out + i * width + k, load<u8>(stream + i));
  }
}

function join_4(out: usize, streams: usize, n: u32): void {
  const s1 = streams + n;
  const s2 = s1 + n;
  const s3 = s2 + n;
  let i: u32 = 0;
  for (; i + 16 <= n; i += 16) {
    const a = v128.load(streams + i);
    const b = v128.load(s1 + i);
    const c = v128.load(s2 + i);
    const d = v128.load(s3 + i);
    const ab0 = i8x16.shuffle(a, b, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
    const ab1 = i8x16.shuffle(a, b, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31);
    const cd0 = i8x16.shuffle(c, d, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
    const cd1 = i8x16.shuffle(c, d, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31);
    const at = out + (i << 2);
    v128.store(at, i8x16.shuffle(ab0, cd0, 0, 1, 16, 17, 2, 3, 18, 19, 4, 5, 20, 21, 6, 7, 22, 23));
    v128.store(at, i8x16.shuffle(ab0, cd0, 8, 9, 24, 25, 10, 11, 26, 27, 12, 13, 28, 29, 14, 15, 30, 31), 16);
    v128.store(at, i8x16.shuffle(ab1, cd1, 0, 1, 16, 17, 2, 3, 18, 19, 4, 5, 20, 21, 6, 7, 22, 23), 32);
    v128.store(at, i8x16.shuffle(ab1, cd1, 8, 9, 24, 25, 10, 11, 26, 27, 12, 13, 28, 29, 14, 15, 30, 31), 48);
  }
  for (; i < n; i++) {
    const value =
      <u32>load<u8>(streams + i) |
      (<u32>load<u8>(s1 + i) << 8) |
      (<u32>load<u8>(s2 + i) << 16) |
      (<u32>load<u8>(s3 + i) << 24);
    store<u32>(out + (i << 2), value);
  }
}

function join_8(out: usize, streams: usize, n: u32): void {
  for (let i: u32 = 0; i < n; i++) {
    let value: u64 = 0;
    for (let k: u32 = 0; k < 8; k++) value |= <u64>load<u8>(streams + k * n + i) << (k << 3);
    store<u64>(out + (i << 3), value);
  }
}
