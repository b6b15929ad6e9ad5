/**
 * Writes a WebAssembly module with one exported function over an imported shared memory, byte by byte (WebAssembly core specification
 * 2.0, section 5). It knows the few instructions that generated pipelines need; the module is correct by construction or refused
 * by the engine's validation.
 */
export type WasmLocal = number & { readonly wasmLocal: true };

type ValueType = 'i32' | 'i64';

const VALUE_TYPE: Readonly<Record<ValueType, number>> = { i32: 0x7f, i64: 0x7e };

const OPCODE = {
  block: 0x02,
  loop: 0x03,
  end: 0x0b,
  br: 0x0c,
  brIf: 0x0d,
  localGet: 0x20,
  localSet: 0x21,
  localTee: 0x22,
  i32Load: 0x28,
  i64Load: 0x29,
  i64Load32S: 0x34,
  i64Store: 0x37,
  i32Const: 0x41,
  i64Const: 0x42,
  i32Eqz: 0x45,
  i32LtU: 0x49,
  i32Add: 0x6a,
  i32Mul: 0x6c,
  i32Shl: 0x74,
  i64Add: 0x7c,
  i64Sub: 0x7d,
  i64Mul: 0x7e,
} as const;

const NO_RESULT = 0x40;
/** Pages of the largest memory; the type of an import must allow what is imported. */
const MAX_PAGES = 65536;

/** Instructions without immediates. */
export type PlainInstruction = 'i32LtU' | 'i32Add' | 'i32Mul' | 'i32Shl' | 'i64Add' | 'i64Sub' | 'i64Mul';

/** Instructions that read or write memory at the address on the stack plus an offset. */
export type MemoryInstruction = 'i32Load' | 'i64Load' | 'i64Load32S' | 'i64Store';

/** Alignment hints: log2 of the bytes. */
const ALIGNMENT: Readonly<Record<MemoryInstruction, number>> = { i32Load: 2, i64Load: 3, i64Load32S: 2, i64Store: 3 };

/** The body of a function whose parameters are all i32 and which gives nothing. */
export class WasmFunction {
  readonly #numParameters: number;
  readonly #locals: ValueType[] = [];
  readonly #code: number[] = [];

  constructor(numParameters: number) {
    this.#numParameters = numParameters;
  }

  parameter(index: number): WasmLocal {
    return index as WasmLocal;
  }

  local(type: ValueType): WasmLocal {
    this.#locals.push(type);
    return (this.#numParameters + this.#locals.length - 1) as WasmLocal;
  }

  get(local: WasmLocal): this {
    return this.#emit(OPCODE.localGet, ...unsigned(local));
  }

  set(local: WasmLocal): this {
    return this.#emit(OPCODE.localSet, ...unsigned(local));
  }

  tee(local: WasmLocal): this {
    return this.#emit(OPCODE.localTee, ...unsigned(local));
  }

  i32(value: number): this {
    return this.#emit(OPCODE.i32Const, ...signed(value));
  }

  i64(value: number): this {
    return this.#emit(OPCODE.i64Const, ...signed(value));
  }

  memory(instruction: MemoryInstruction, offset = 0): this {
    return this.#emit(OPCODE[instruction], ALIGNMENT[instruction], ...unsigned(offset));
  }

  plain(instruction: PlainInstruction): this {
    return this.#emit(OPCODE[instruction]);
  }

  /** `body` runs again for as long as what `condition` leaves on the stack is not 0; not at all when it is 0 at first. */
  whileTrue(condition: () => void, body: () => void): this {
    this.#emit(OPCODE.block, NO_RESULT, OPCODE.loop, NO_RESULT);
    condition();
    // Leaves the block when the condition does not hold.
    this.#emit(OPCODE.i32Eqz, OPCODE.brIf, 1);
    body();
    return this.#emit(OPCODE.br, 0, OPCODE.end, OPCODE.end);
  }

  /** The binary form of a module that exports the function as `run` and imports its memory as `env.memory`. */
  module(): Uint8Array<ArrayBuffer> {
    const parameters = new Array<number>(this.#numParameters).fill(VALUE_TYPE.i32);
    const locals = this.#locals.flatMap((type) => [1, VALUE_TYPE[type]]);
    const body = [...unsigned(this.#locals.length), ...locals, ...this.#code, OPCODE.end];
    return Uint8Array.from([
      ...[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00],
      ...section(1, [[0x60, ...vector(parameters), 0]]),
      // A shared memory has a largest size, which is given in its type.
      ...section(2, [[...name('env'), ...name('memory'), 0x02, 0x03, 1, ...unsigned(MAX_PAGES)]]),
      ...section(3, [[0]]),
      ...section(7, [[...name('run'), 0x00, 0]]),
      ...section(10, [[...unsigned(body.length), ...body]]),
    ]);
  }

  #emit(...bytes: number[]): this {
    for (const byte of bytes) this.#code.push(byte);
    return this;
  }
}

function section(id: number, entries: readonly (readonly number[])[]): number[] {
  const content = [...unsigned(entries.length), ...entries.flat()];
  return [id, ...unsigned(content.length), ...content];
}

function vector(bytes: readonly number[]): number[] {
  return [...unsigned(bytes.length), ...bytes];
}

function name(text: string): number[] {
  return vector([...text].map((char) => char.charCodeAt(0)));
}

/** LEB128. */
function unsigned(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  do {
    const byte = rest % 128;
    rest = Math.floor(rest / 128);
    bytes.push(rest > 0 ? byte + 128 : byte);
  } while (rest > 0);
  return bytes;
}

function signed(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  for (;;) {
    const byte = ((rest % 128) + 128) % 128;
    rest = Math.floor(rest / 128);
    const isLast = (rest === 0 && byte < 64) || (rest === -1 && byte >= 64);
    bytes.push(isLast ? byte : byte + 128);
    if (isLast) return bytes;
  }
}
