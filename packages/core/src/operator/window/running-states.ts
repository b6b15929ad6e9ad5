import { formatAggregate } from '../../expression/format-expression.ts';
import type { Expression } from '../../expression/index.ts';
import { type DataType, INT64, KIND_WIDTH, physicalKind } from '../../types/index.ts';
import { type Address, type Arena, KERNEL_STATUS, Vector } from '../../vector/index.ts';
import { sumOverflow } from '../aggregate/sum-accumulator.ts';
import { OPERATOR_KERNELS, WINDOW_KERNELS } from '../operator-kernels.ts';
import { describeSortKey, KEY_BYTES } from '../sort/sort-keys.ts';
import type { WindowAggregateInput } from './aggregate-arguments.ts';
import { takePlaces } from './window-evaluation.ts';

/** The states of an aggregate over the rows of a partition up to and with the rows at `places`. */
export type RunningStates = (places: Address, numRows: number, arena: Arena) => Vector[];

type Factory = (input: WindowAggregateInput, types: readonly DataType[]) => RunningStates | undefined;

/** By the name in the overload's id. Other aggregates have no kernel that runs along the rows. */
const FACTORIES: Readonly<Record<string, Factory>> = {
  count: (input) => statesOf(runningCount(input)),
  sum: (input, [type]) => sumStates(input, type!),
  avg: (input, [type]) => sumStates(input, type!, (counted) => [runningCount(counted)]),
  min: (input) => statesOf(runningExtreme(input, false)),
  max: (input) => statesOf(runningExtreme(input, true)),
  bool_and: (input) => statesOf(runningExtreme(input, false)),
  bool_or: (input) => statesOf(runningExtreme(input, true)),
};

/** Computes running states for all rows at once; undefined for an aggregate that has none. `types` are those of its state columns. */
export function runningStates(input: WindowAggregateInput, types: readonly DataType[]): RunningStates | undefined {
  const { overload } = input.window.call;
  return FACTORIES[overload.slice(0, overload.indexOf('('))]?.(input, types);
}

/** States of a sum, and of what is given beside it; undefined for kinds without a kernel. */
function sumStates(
  input: WindowAggregateInput,
  type: DataType,
  beside: (input: WindowAggregateInput) => readonly StateColumn[] = () => [],
): RunningStates | undefined {
  const kernel = SUM_KERNEL[`${physicalKind(argumentOf(input).type)} ${physicalKind(type)}`];
  return kernel && statesOf(runningSum(input, type, kernel), ...beside(input));
}

type StateColumn = (places: Address, numRows: number, arena: Arena) => Vector;

function statesOf(...columns: readonly StateColumn[]): RunningStates {
  return (places, numRows, arena) => columns.map((column) => column(places, numRows, arena));
}

function argumentOf({ window: { call } }: WindowAggregateInput): Expression {
  return call.args[0] ?? { kind: 'literal', type: INT64, value: 0n };
}

/** One byte a place: whether the row has a value and passes the filter; 0 when all do. */
function countedRows({ rows, window: { call } }: WindowAggregateInput): Address {
  const [argument] = call.args;
  const validity = argument ? rows.column(argument).validity : 0;
  const filter = call.filter && rows.column(call.filter);
  if (validity === 0 && !filter) return 0;
  const counted = rows.kept.allocate(rows.numRows);
  const numCounted = rows.memory
    .kernels(WINDOW_KERNELS)
    .counted_rows(counted, rows.rows, rows.numRows, validity, filter?.data ?? 0, filter?.validity ?? 0);
  return numCounted === rows.numRows ? 0 : counted;
}

function runningCount(input: WindowAggregateInput): StateColumn {
  const { rows } = input;
  const counts = rows.kept.allocate(rows.numRows * 8);
  rows.memory.kernels(WINDOW_KERNELS).running_count(counts, countedRows(input), rows.partitions.starts, rows.numRows);
  const column = Vector.flat(INT64, rows.numRows, counts);
  return (places, numRows, arena) => takePlaces(rows, column, 0, places, numRows, arena);
}

type SumKernel = `running_sum_${'i32_i64' | 'i32_i128' | 'i64_i128' | 'i128_i128' | 'f64_f64'}`;

/** By the kinds of the values and of the state. */
const SUM_KERNEL: Readonly<Record<string, SumKernel>> = {
  'i32 i64': 'running_sum_i32_i64',
  'i32 i128': 'running_sum_i32_i128',
  'i64 i128': 'running_sum_i64_i128',
  'i128 i128': 'running_sum_i128_i128',
  'f64 f64': 'running_sum_f64_f64',
};

/** Null up to the first value of a partition. */
function runningSum(input: WindowAggregateInput, type: DataType, kernel: SumKernel): StateColumn {
  const { rows, window } = input;
  const { memory, numRows, kept, partitions } = rows;
  const values = rows.column(argumentOf(input));
  const counted = countedRows(input);
  const sums = kept.allocate(numRows * KIND_WIDTH[physicalKind(type)]);
  const status = memory
    .kernels(WINDOW_KERNELS)
    [kernel](sums, rows.rows, values.data, counted, partitions.starts, numRows);
  if (status !== KERNEL_STATUS.ok) throw sumOverflow(formatAggregate(window.call));
  let validity: Address = 0;
  if (counted !== 0) {
    validity = kept.allocate(numRows);
    const counts = kept.allocate(numRows * 8);
    memory.kernels(WINDOW_KERNELS).running_count(counts, counted, partitions.starts, numRows);
    memory.kernels(OPERATOR_KERNELS).has_count(validity, counts, numRows, 1);
  }
  const column = Vector.flat(type, numRows, sums, validity);
  return (places, length, arena) => takePlaces(rows, column, 0, places, length, arena);
}

function runningExtreme(input: WindowAggregateInput, greatest: boolean): StateColumn {
  const { rows } = input;
  const { memory, kept } = rows;
  const values = rows.column(argumentOf(input));
  const key = kept.allocate(KEY_BYTES);
  describeSortKey(key, values, { descending: false, nullsFirst: false }, memory);
  const extremes = rows.allocatePlaces();
  const kernels = memory.kernels(WINDOW_KERNELS);
  kernels.running_extreme(
    ...[extremes, rows.rows, key, countedRows(input), rows.partitions.starts, rows.numRows],
    greatest ? 1 : 0,
  );
  return (places, numRows, arena) => {
    const found = arena.allocate(numRows * 4);
    memory.kernels(WINDOW_KERNELS).follow_places(found, extremes, places, numRows);
    return takePlaces(rows, values, rows.rows, found, numRows, arena);
  };
}
