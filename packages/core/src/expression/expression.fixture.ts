import { MemoryAccount, seededRandom } from '../runtime/index.ts';
import { BOOLEAN, type DataType, formatType, type LiteralValue, sameType } from '../types/index.ts';
import { Arena, Batch, LinearMemory, Vector, vectorOfLiterals, vectorValues } from '../vector/index.ts';
import { compileExpression } from './compile-expression.ts';
import { compilePredicate } from './compile-predicate.ts';
import type { Expression } from './expression.ts';
import { ExpressionRuntime } from './expression-runtime.ts';
import { defaultFunctions } from './registry.ts';

/** Column `id` of the layout 0, 1, ... */
export function column(id: number, type: DataType): Expression {
  return { kind: 'column', id, name: `c${id}`, type };
}

export function literal(type: DataType, value: LiteralValue): Expression {
  return { kind: 'literal', type, value };
}

/** A call of the first overload whose parameters have the types of the arguments (or their family). */
export function call(name: string, ...args: readonly Expression[]): Expression {
  const overload = defaultFunctions()
    .scalar(name)
    ?.overloads.find(({ parameters }) => {
      if (parameters.length !== args.length) return false;
      return parameters.every((parameter, i) => {
        const { type } = args[i]!;
        if (typeof parameter !== 'string') return sameType(parameter, type);
        return parameter === 'any' || parameter === 'same' || parameter === type.id;
      });
    });
  if (!overload) throw new Error(`no ${name} for ${args.map(({ type }) => formatType(type)).join(', ')}`);
  const { returns } = overload;
  const type = typeof returns === 'function' ? returns(args.map((arg) => arg.type)) : returns;
  return { kind: 'call', name, overload: overload.id, args, type };
}

export function and(...args: readonly Expression[]): Expression {
  return { kind: 'and', type: BOOLEAN, args };
}

export function or(...args: readonly Expression[]): Expression {
  return { kind: 'or', type: BOOLEAN, args };
}

export function cast(arg: Expression, type: DataType, safe = false): Expression {
  return { kind: 'cast', arg, type, safe };
}

/** How the values of a test column are laid out. */
export type TestEncoding = 'flat' | 'dictionary';

/** One worker's worth of memory, with shorthands to make vectors and evaluate expressions. */
export class ExpressionBench {
  readonly memory = new LinearMemory();
  readonly account = new MemoryAccount('test');
  readonly arena = new Arena(this.memory, this.account);
  readonly runtime: ExpressionRuntime;

  constructor(timeZone = 'UTC') {
    this.runtime = new ExpressionRuntime({
      memory: this.memory,
      account: this.account,
      functions: defaultFunctions(),
      startedMicros: 1_700_000_000_000_000n,
      timeZone,
      nextRandom: seededRandom(1).next,
    });
  }

  /** A vector of the values; a dictionary vector has each value once, in order of first use. */
  vector(type: DataType, values: readonly LiteralValue[], encoding: TestEncoding = 'flat'): Vector {
    if (encoding === 'flat') return vectorOfLiterals(type, values, this.arena);
    const keys = values.map((value) => (value === null ? null : keyOf(value)));
    const entries = new Map<string, LiteralValue>();
    values.forEach((value, i) => {
      if (value !== null && !entries.has(keys[i]!)) entries.set(keys[i]!, value);
    });
    const order = new Map([...entries.keys()].map((key, i) => [key, i]));
    const codes = this.arena.allocate(values.length * 4);
    const validity = values.includes(null) ? this.arena.allocate(values.length) : 0;
    const dictionary = vectorOfLiterals(type, [...entries.values()], this.arena);
    values.forEach((_, i) => {
      const key = keys[i]!;
      this.memory.u32[codes / 4 + i] = key === null ? 0 : order.get(key)!;
      if (validity !== 0) this.memory.u8[validity + i] = key === null ? 0 : 1;
    });
    return Vector.dictionary(dictionary, values.length, codes, validity);
  }

  batch(columns: readonly Vector[], selection?: readonly number[]): Batch {
    const numStored = columns[0]?.length ?? 1;
    if (!selection) return new Batch(columns, numStored);
    const address = this.arena.allocate(selection.length * 4);
    this.memory.u32.set(selection, address / 4);
    return new Batch(columns, numStored, address, selection.length);
  }

  /** The values of an expression over columns numbered 0, 1, ... */
  evaluate(expression: Expression, batch: Batch): LiteralValue[] {
    const layout = batch.columns.map((_, i) => i);
    const result = compileExpression(expression, layout, this.runtime).evaluate(batch, this.arena);
    return vectorValues(result, this.memory);
  }

  /** The stored row numbers that a predicate selects. */
  select(predicate: Expression, batch: Batch): number[] {
    const layout = batch.columns.map((_, i) => i);
    const selected = compilePredicate(predicate, layout, this.runtime).select(batch, this.arena);
    if (selected.selection === 0) return Array.from({ length: selected.numRows }, (_, i) => i);
    return [...this.memory.u32.slice(selected.selection / 4, selected.selection / 4 + selected.numRows)];
  }

  close(): void {
    this.arena.close();
    this.runtime.close();
  }
}

function keyOf(value: LiteralValue): string {
  return Object.is(value, -0)
    ? '-0'
    : value instanceof Uint8Array
      ? value.join()
      : typeof value === 'object'
        ? Object.values(value!).join()
        : String(value);
}
