import { internal, QueryError, type SourceSpan } from '../../error/index.ts';
import type { CompiledExpression } from '../../expression/compile-expression.ts';
import { type DataType, KIND_WIDTH, physicalKind } from '../../types/index.ts';
import { type Address, type Arena, type Batch, flatten, VECTOR_KERNELS, Vector } from '../../vector/index.ts';
import { OPERATOR_KERNELS } from '../operator-kernels.ts';
import type { SetRows, SetSource } from './set-source.ts';

const STATE_BYTES = 8;

/** The values of a series, computed where they are asked for: a series takes no memory, however long it is. */
export class SeriesSource implements SetSource {
  readonly #args: readonly CompiledExpression[];
  readonly #type: DataType;
  readonly #family: 'integer' | 'i128' | 'timestamp';
  readonly #span: SourceSpan | undefined;
  #counts: Address = 0;
  /** Address and stride of start, stop and step. */
  #places: readonly number[] = [];
  #state: Address = 0;

  constructor(args: readonly CompiledExpression[], type: DataType, span: SourceSpan | undefined) {
    this.#args = args;
    this.#type = type;
    this.#span = span;
    const kind = physicalKind(type);
    const isTimestamp = type.id === 'timestamp' || type.id === 'timestamptz';
    if (!isTimestamp && kind !== 'i32' && kind !== 'i64' && kind !== 'i128') throw internal(`a series of ${type.id}`);
    this.#family = isTimestamp ? 'timestamp' : kind === 'i128' ? 'i128' : 'integer';
  }

  get #width(): number {
    return KIND_WIDTH[physicalKind(this.#type)];
  }

  start(batch: Batch, counts: Address, arena: Arena): void {
    const { memory } = arena;
    const { numRows } = batch;
    const vectors = this.#args.map((arg) => {
      const vector = arg.evaluate(batch, arena);
      return vector.encoding === 'constant' && vector.validity === 0 ? vector : flatten(vector, arena);
    });
    this.#places = vectors.flatMap((vector) => [vector.data, vector.encoding === 'constant' ? 0 : vector.width]);
    this.#counts = counts;
    this.#state = arena.allocateZeroed(STATE_BYTES);
    const validity = this.#validity(vectors, numRows, arena);
    const kernels = memory.kernels(OPERATOR_KERNELS);
    const [start, startStride, stop, stopStride, step, stepStride] = this.#places as [
      number,
      number,
      number,
      number,
      number,
      number,
    ];
    const places = [start, startStride, stop, stopStride, step, stepStride] as const;
    const failed =
      this.#family === 'integer'
        ? kernels.series_counts_integer(counts, ...places, validity, numRows, this.#width)
        : kernels[`series_counts_${this.#family}`](counts, ...places, validity, numRows);
    if (failed === 0) return;
    const span = this.#span ? { span: this.#span } : {};
    throw this.#family === 'timestamp'
      ? new QueryError(
          'INVALID_VALUE',
          'A series needs a finite start and a step that leads from it to its stop.',
          span,
        )
      : new QueryError('INVALID_VALUE', 'The step of a series must not be zero.', span);
  }

  values({ rows, numbers, numRows }: SetRows, arena: Arena): Vector {
    const kernels = arena.memory.kernels(OPERATOR_KERNELS);
    const out = arena.allocate(numRows * this.#width);
    const valid = arena.allocate(numRows);
    const [start, startStride, , , step, stepStride] = this.#places as [number, number, number, number, number, number];
    const common = [out, valid, rows, numbers, numRows, this.#counts, start, startStride, step, stepStride] as const;
    const numMissing =
      this.#family === 'i128'
        ? kernels.series_values_i128(...common)
        : this.#family === 'integer'
          ? kernels.series_values_integer(...common, this.#width)
          : kernels.series_values_timestamp(...common, this.#state);
    return Vector.flat(this.#type, numRows, out, numMissing === 0 ? 0 : valid);
  }

  /** A byte a row: 0 where an argument is null; 0 when none is. */
  #validity(vectors: readonly Vector[], numRows: number, arena: Arena): Address {
    const nullable = vectors.filter((vector) => vector.validity !== 0);
    const [first, ...others] = nullable;
    if (!first) return 0;
    if (others.length === 0) return first.validity;
    const validity = arena.allocate(numRows);
    const kernels = arena.memory.kernels(VECTOR_KERNELS);
    kernels.copy_bytes(validity, first.validity, numRows);
    for (const other of others) kernels.and_bytes(validity, validity, other.validity, numRows);
    return validity;
  }
}
