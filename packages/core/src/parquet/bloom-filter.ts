import { badFooter } from './file-error.ts';
import { ThriftReader } from './thrift-reader.ts';
import { xxhash64 } from './xxhash64.ts';

const BLOCK_BYTES = 32;
const SALT = [0x47b6137b, 0x44974d91, 0x8824ad5b, 0xa2b7289d, 0x705495c7, 0x2df1424b, 0x9efc4947, 0x5c6bfb31] as const;

/** A split block bloom filter of a column chunk (parquet-format, BloomFilter.md). */
export class BloomFilter {
  readonly #bits: DataView;
  readonly #numBlocks: number;

  /**
   * `bytes` begin with the header. `path` is for errors. Undefined for a filter of another algorithm, hash or compression,
   * which proves nothing here. Throws `BAD_FOOTER` for a filter that is damaged.
   */
  static read(path: string, bytes: Uint8Array): BloomFilter | undefined {
    const corrupt = (reason: string) => badFooter(path, `in a bloom filter, ${reason}`);
    const reader = new ThriftReader(bytes, 0, bytes.length, corrupt);
    let numBytes = -1;
    let isKnown = true;
    reader.structElement(() => {
      while (reader.nextField()) {
        if (reader.fieldId === 1) numBytes = reader.count();
        else if (reader.fieldId <= 4) {
          // Three unions, of each of which member 1 is the only one that was ever defined.
          const first = reader.struct(() => {
            let member = 0;
            while (reader.nextField()) {
              member = reader.fieldId;
              reader.skip();
            }
            return member;
          });
          isKnown &&= first === 1;
        } else reader.skip();
      }
    });
    if (numBytes < BLOCK_BYTES || numBytes % BLOCK_BYTES !== 0 || numBytes > bytes.length - reader.position) {
      throw corrupt(`the length ${numBytes} makes no sense`);
    }
    if (!isKnown) return undefined;
    return new BloomFilter(bytes.subarray(reader.position, reader.position + numBytes));
  }

  private constructor(bits: Uint8Array) {
    this.#bits = new DataView(bits.buffer, bits.byteOffset, bits.byteLength);
    this.#numBlocks = bits.length / BLOCK_BYTES;
  }

  /** Whether the chunk may hold a value; `plain` is its PLAIN encoding, without the length of a byte array. */
  mayContain(plain: Uint8Array): boolean {
    const hash = xxhash64(plain);
    const block = Number(((hash >> 32n) * BigInt(this.#numBlocks)) >> 32n) * BLOCK_BYTES;
    const key = Number(hash & 0xffffffffn);
    return SALT.every((salt, i) => {
      const bit = Math.imul(key, salt) >>> 27;
      return ((this.#bits.getUint32(block + 4 * i, true) >>> bit) & 1) === 1;
    });
  }
}
