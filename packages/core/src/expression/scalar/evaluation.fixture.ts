import { MemoryAccount } from '../../runtime/index.ts';
import type { DataType, LiteralValue } from '../../types/index.ts';
import { Arena, LinearMemory, literalVector, Vector, vectorOfLiterals, vectorValues } from '../../vector/index.ts';
import { castVector } from '../cast/cast-vector.ts';
import { kernelsForFunctions } from '../expression-kernels.ts';
import type { EvaluationContext, ScalarOverload } from '../function.ts';

/** 2024-02-29 12:34:56.789012 UTC. */
export const STARTED_MICROS = 1_709_210_096_789_012n;

/** Evaluates casts and overloads on plain values, without plans or batches. */
export class Evaluation {
  readonly memory = new LinearMemory();
  readonly arena = new Arena(this.memory, new MemoryAccount('test'));
  readonly timeZone: string;

  constructor(timeZone = 'UTC') {
    this.timeZone = timeZone;
  }

  context(validity = 0): EvaluationContext {
    let seed = 0.25;
    return {
      arena: this.arena,
      kernels: kernelsForFunctions(this.memory),
      validity,
      startedMicros: STARTED_MICROS,
      timeZone: this.timeZone,
      nextRandom: () => {
        seed = (seed * 16807) % 1;
        return seed;
      },
      span: undefined,
    };
  }

  vector(type: DataType, values: readonly LiteralValue[]): Vector {
    return vectorOfLiterals(type, values, this.arena);
  }

  constant(type: DataType, value: LiteralValue, numRows: number): Vector {
    return literalVector(type, value, numRows, this.arena);
  }

  values(vector: Vector): LiteralValue[] {
    return vectorValues(vector, this.memory);
  }

  cast(from: DataType, values: readonly LiteralValue[], to: DataType, safe = false): LiteralValue[] {
    this.arena.reset();
    return this.values(castVector(this.context(), this.vector(from, values), to, safe));
  }

  /** Calls an overload on vectors of one length; nulls are propagated as the evaluator does. */
  call(overload: ScalarOverload, args: readonly Vector[], numRows: number): Vector {
    let validity = 0;
    if (overload.nulls !== 'custom') {
      const flags = new Uint8Array(numRows).fill(1);
      for (const arg of args) {
        if (arg.validity === 0) continue;
        for (let i = 0; i < numRows; i++) {
          if (this.memory.u8[arg.validity + (arg.encoding === 'constant' ? 0 : i)] === 0) flags[i] = 0;
        }
      }
      if (flags.includes(0)) {
        validity = this.arena.allocate(numRows);
        this.memory.u8.set(flags, validity);
      }
    }
    const types = args.map((arg) => arg.type);
    const constants = args.map((arg) => (arg.encoding === 'constant' ? this.values(arg)[0] : undefined));
    const type = typeof overload.returns === 'function' ? overload.returns(types, constants) : overload.returns;
    const result = overload.evaluate(this.context(validity), args, numRows, type);
    if (overload.nulls === 'custom' || validity === 0) return result;
    return Vector[result.encoding === 'constant' ? 'constant' : 'flat'](type, numRows, result.data, validity);
  }

  close(): void {
    this.arena.close();
  }
}
