/**
 * An array of the Arrow C data interface (https://arrow.apache.org/docs/format/CDataInterface.html), as it lies in the
 * 32-bit memory of another WebAssembly module.
 */
export interface ForeignArray {
  /** Of its type: `l` is INT64, `z` binary, `+l` a list and so on. */
  readonly format: string;
  readonly length: number;
  /** Rows before the first one, in all buffers. */
  readonly offset: number;
  /** Addresses; 0 for a buffer that is not there. */
  readonly buffers: readonly number[];
  readonly children: readonly ForeignArray[];
}

/** Reads the structs `ArrowArray` and `ArrowSchema` at two addresses, and everything below them. */
export function readForeignArray(
  memory: WebAssembly.Memory,
  arrayAddress: number,
  schemaAddress: number,
): ForeignArray {
  const view = new DataView(memory.buffer);
  const array = arrayAddress >>> 0;
  const schema = schemaAddress >>> 0;
  const long = (address: number) => Number(view.getBigInt64(address, true));
  const pointer = (address: number) => view.getUint32(address, true);
  const pointers = (address: number, count: number) =>
    Array.from({ length: count }, (_, i) => pointer(address + 4 * i));
  const arrays = pointers(pointer(array + 44), long(array + 32));
  const schemas = pointers(pointer(schema + 32), long(schema + 24));
  return {
    format: cString(memory, pointer(schema)),
    length: long(array),
    offset: long(array + 16),
    buffers: pointers(pointer(array + 40), long(array + 24)),
    children: arrays.map((child, i) => readForeignArray(memory, child, schemas[i]!)),
  };
}

function cString(memory: WebAssembly.Memory, address: number): string {
  const bytes = new Uint8Array(memory.buffer, address);
  return String.fromCharCode(...bytes.subarray(0, bytes.indexOf(0)));
}
