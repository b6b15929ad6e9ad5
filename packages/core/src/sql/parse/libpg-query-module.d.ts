declare module 'libpg-query/wasm/libpg-query.js' {
  /** The exports of one instance that the parser uses. */
  export interface LibPgQuery {
    readonly HEAPU8: Uint8Array;
    _malloc(bytes: number): number;
    _free(address: number): void;
    _wasm_parse_query_raw(text: number): number;
    _wasm_free_parse_result(result: number): void;
    getValue(address: number, type: 'i32'): number;
    lengthBytesUTF8(text: string): number;
    stringToUTF8(text: string, address: number, bytes: number): void;
    UTF8ToString(address: number): string;
  }
  /** Makes a new instance with a memory of its own. */
  export default function createLibPgQuery(): Promise<LibPgQuery>;
}
