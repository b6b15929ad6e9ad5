// CRC-32 as gzip has it (RFC 1952, polynomial 0xEDB88320), four bytes at a time ("slicing by 4").

const TABLE: usize = memory.data(4096, 16);
let isReady = false;

function prepare(): void {
  for (let i: u32 = 0; i < 256; i++) {
    let crc = i;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
    store<u32>(TABLE + (i << 2), crc);
  }
  for (let i: u32 = 0; i < 256; i++) {
    let crc = load<u32>(TABLE + (i << 2));
    for (let k: u32 = 1; k < 4; k++) {
      crc = load<u32>(TABLE + ((crc & 0xff) << 2)) ^ (crc >>> 8);
      store<u32>(TABLE + (k << 10) + (i << 2), crc);
    }
  }
  isReady = true;
}

/** The checksum of `n` bytes, following those whose checksum is `crc` (0 at first). */
export function crc32(crc: u32, at: usize, n: u32): u32 {
  if (!isReady) prepare();
  crc = ~crc;
  const end = at + n;
  while (at + 4 <= end) {
    crc ^= load<u32>(at);
    crc =
      load<u32>(TABLE + 3072 + ((crc & 0xff) << 2)) ^
      load<u32>(TABLE + 2048 + (((crc >>> 8) & 0xff) << 2)) ^
      load<u32>(TABLE + 1024 + (((crc >>> 16) & 0xff) << 2)) ^
      load<u32>(TABLE + ((crc >>> 24) << 2));
    at += 4;
  }
  while (at < end) crc = load<u32>(TABLE + (((crc ^ <u32>load<u8>(at++)) & 0xff) << 2)) ^ (crc >>> 8);
  return ~crc;
}
