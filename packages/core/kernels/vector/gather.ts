/** `out[i] = data[indexes[i]]` for values of 1 byte. */
export function gather_1(out: usize, data: usize, indexes: usize, n: i32): void {
  for (let i = 0; i < n; i++) store<u8>(out + i, load<u8>(data + <usize>load<u32>(indexes + (<usize>i << 2))));
}

/** `out[i] = data[indexes[i]]` for values of 4 bytes. */
export function gather_4(out: usize, data: usize, indexes: usize, n: i32): void {
  for (let i = 0; i < n; i++) {
    store<u32>(out + (<usize>i << 2), load<u32>(data + (<usize>load<u32>(indexes + (<usize>i << 2)) << 2)));
  }
}

/** `out[i] = data[indexes[i]]` for values of 8 bytes. */
export function gather_8(out: usize, data: usize, indexes: usize, n: i32): void {
  for (let i = 0; i < n; i++) {
    store<u64>(out + (<usize>i << 3), load<u64>(data + (<usize>load<u32>(indexes + (<usize>i << 2)) << 3)));
  }
}

/** `out[i] = data[indexes[i]]` for values of 16 bytes. */
export function gather_16(out: usize, data: usize, indexes: usize, n: i32): void {
  for (let i = 0; i < n; i++) {
    v128.store(out + (<usize>i << 4), v128.load(data + (<usize>load<u32>(indexes + (<usize>i << 2)) << 4)));
  }
}

/** `out[indexes[i]] = data[i]` for values of 1 byte. */
export function scatter_1(out: usize, data: usize, indexes: usize, n: i32): void {
  for (let i = 0; i < n; i++) store<u8>(out + <usize>load<u32>(indexes + (<usize>i << 2)), load<u8>(data + i));
}

/** `out[indexes[i]] = data[i]` for values of 4 bytes. */
export function scatter_4(out: usize, data: usize, indexes: usize, n: i32): void {
  for (let i = 0; i < n; i++) {
    store<u32>(out + (<usize>load<u32>(indexes + (<usize>i << 2)) << 2), load<u32>(data + (<usize>i << 2)));
  }
}

/** `out[indexes[i]] = data[i]` for values of 8 bytes. */
export function scatter_8(out: usize, data: usize, indexes: usize, n: i32): void {
  for (let i = 0; i < n; i++) {
    store<u64>(out + (<usize>load<u32>(indexes + (<usize>i << 2)) << 3), load<u64>(data + (<usize>i << 3)));
  }
}

/** `out[indexes[i]] = data[i]` for values of 16 bytes. */
export function scatter_16(out: usize, data: usize, indexes: usize, n: i32): void {
  for (let i = 0; i < n; i++) {
    v128.store(out + (<usize>load<u32>(indexes + (<usize>i << 2)) << 4), v128.load(data + (<usize>i << 4)));
  }
}
