import { internal, unsupported } from '../../error/index.ts';
import { formatAggregate } from '../../expression/format-expression.ts';
import type { AggregateCall, Expression } from '../../expression/index.ts';
import type { AggregateMode } from '../../physical/index.ts';
import type { MemoryAccount } from '../../runtime/index.ts';
import { type DataType, type DecimalType, INT64, physicalKind } from '../../types/index.ts';
import {
  type Address,
  type Arena,
  KERNEL_STATUS,
  type LinearMemory,
  VECTOR_KERNELS,
  Vector,
} from '../../vector/index.ts';
import { EXCHANGE_KERNELS, OPERATOR_KERNELS } from '../operator-kernels.ts';
import type { AccumulatorFeed, ArgumentSource, FeedArguments } from './accumulator-feed.ts';
import { BitAccumulator } from './bit-accumulator.ts';
import { ChoiceAccumulator } from './choice-accumulator.ts';
import { CollectAccumulator } from './collect-accumulator.ts';
import { ExtremeAccumulator } from './extreme-accumulator.ts';
import { FirstAccumulator } from './first-accumulator.ts';
import { RegressionAccumulator, type RegressionResult } from './regression-accumulator.ts';
import { SketchAccumulator } from './sketch-accumulator.ts';
import type { StateColumn } from './state-column.ts';
import { SumAccumulator, type SumKind, sumOverflow } from './sum-accumulator.ts';
import { VarianceAccumulator } from './variance-accumulator.ts';

/** An aggregate of an aggregation: reads its results off the accumulators. Vectors are flat, one value a group. */
export interface RunningAggregate {
  result(from: number, numGroups: number, arena: Arena): Vector;
  /** The columns that a final aggregation takes in. */
  states(from: number, numGroups: number, arena: Arena): Vector[];
}

/** What an aggregate is made of. */
export interface AggregateInput {
  readonly call: AggregateCall;
  readonly mode: AggregateMode;
  readonly feed: AccumulatorFeed;
  /** Sources of the arguments; of the state columns in mode `final`. */
  readonly sources: readonly ArgumentSource[];
  /** Equal for equal sources. */
  readonly sourceKeys: readonly string[];
  readonly memory: LinearMemory;
  readonly account: MemoryAccount;
}

type Factory = (input: AggregateInput) => RunningAggregate;

/** By the name in the overload's id, which is the function's own and no alias. */
const FACTORIES: Readonly<Record<string, Factory>> = {
  count: countOf,
  sum: sumOf,
  avg: avgOf,
  min: (input) => extremeOf(input, false),
  max: (input) => extremeOf(input, true),
  bool_and: (input) => extremeOf(input, false),
  bool_or: (input) => extremeOf(input, true),
  any_value: anyValueOf,
  string_agg: stringAggOf,
  array_agg: arrayAggOf,
  bit_and: (input) => bitsOf(input, 'and'),
  bit_or: (input) => bitsOf(input, 'or'),
  bit_xor: (input) => bitsOf(input, 'xor'),
  var_samp: (input) => varianceOf(input, true, false),
  var_pop: (input) => varianceOf(input, false, false),
  stddev_samp: (input) => varianceOf(input, true, true),
  stddev_pop: (input) => varianceOf(input, false, true),
  min_by: (input) => choiceOf(input, false),
  max_by: (input) => choiceOf(input, true),
  approx_count_distinct: distinctEstimateOf,
  corr: regressionOf,
  covar_pop: regressionOf,
  covar_samp: regressionOf,
  regr_avgx: regressionOf,
  regr_avgy: regressionOf,
  regr_count: regressionOf,
  regr_intercept: regressionOf,
  regr_r2: regressionOf,
  regr_slope: regressionOf,
  regr_sxx: regressionOf,
  regr_sxy: regressionOf,
  regr_syy: regressionOf,
};

/** Makes the accumulators of an aggregate, or finds those that another one has made. */
export function runningAggregate(input: AggregateInput): RunningAggregate {
  const { call } = input;
  const factory = FACTORIES[functionOf(call)];
  if (!factory) throw unsupported(`The aggregate ${call.name}`, call.span);
  return factory(input);
}

/** The name in the overload's id. */
function functionOf({ overload }: AggregateCall): string {
  return overload.slice(0, overload.indexOf('('));
}

function argumentsOf({ feed, sources, sourceKeys }: AggregateInput): FeedArguments {
  return feed.arguments(sourceKeys.join(), sources);
}

function stateArgument({ feed, sources, sourceKeys }: AggregateInput, index: number): FeedArguments {
  return feed.arguments(sourceKeys[index]!, [sources[index]!]);
}

function argumentType({ call }: AggregateInput): DataType {
  const type = call.args[0]?.type;
  if (!type) throw internal(`${call.overload} has no argument`);
  return type;
}

function countOf(input: AggregateInput): RunningAggregate {
  if (input.mode === 'final') return sharedStates(mergedCounts(input, 0));
  const { feed, sources } = input;
  // Without an argument nothing is ever null.
  const counter = sources.length === 0 ? feed.arguments('', []).counter : argumentsOf(input).counter;
  return sharedStates((from, numGroups, arena) => counter.count(from, numGroups, arena));
}

type ReadColumn = (from: number, numGroups: number, arena: Arena) => Vector;

/** An aggregate whose one state is its result so far. */
function sharedStates(read: ReadColumn): RunningAggregate {
  return { result: read, states: (from, numGroups, arena) => [read(from, numGroups, arena)] };
}

/** The sum of the counts in state column `index`; never null. */
function mergedCounts(input: AggregateInput, index: number): ReadColumn {
  const sum = sumAccumulator(input, stateArgument(input, index), 'i64');
  return (from, numGroups) => Vector.flat(INT64, numGroups, sum.sums.at(from));
}

function sumAccumulator(input: AggregateInput, args: FeedArguments, kind: SumKind): SumAccumulator {
  const { call, memory, account } = input;
  return args.accumulator(`sum ${kind}`, () => new SumAccumulator(kind, formatAggregate(call), memory, account));
}

const SUM_KIND: Readonly<Record<string, SumKind>> = {
  i32: 'i64',
  i64: 'i128',
  i128: 'i128',
  f64: 'f64',
  interval: 'interval',
};

/** The sum of the argument, or of the first state column, as a `type`; null where there was no value. */
function sumColumn(input: AggregateInput, type: DataType): { read: ReadColumn; args: FeedArguments } {
  const args = input.mode === 'final' ? stateArgument(input, 0) : argumentsOf(input);
  const argKind = physicalKind(argumentType(input));
  // A state column has the kind in which it was summed.
  const kind = input.mode === 'final' ? (physicalKind(type) as SumKind) : SUM_KIND[argKind];
  if (!kind) throw internal(`there is no sum of ${argKind}`);
  const sum = sumAccumulator(input, args, kind);
  const { memory, call } = input;
  const read: ReadColumn = (from, numGroups, arena) => {
    const validity = args.counter.validity(from, numGroups, arena);
    let data = sum.sums.at(from);
    if (kind === 'i64' && physicalKind(type) === 'i128') {
      data = arena.allocate(numGroups * 16);
      memory.kernels(EXCHANGE_KERNELS).widen_i64_to_16(data, sum.sums.at(from), numGroups);
    } else if (kind === 'i128') {
      const status = memory.kernels(OPERATOR_KERNELS).check_decimal_38(data, validity, numGroups);
      if (status !== KERNEL_STATUS.ok) throw sumOverflow(formatAggregate(call));
    } else if (type.id === 'float32') {
      data = arena.allocate(numGroups * 8);
      memory.kernels(VECTOR_KERNELS).copy_bytes(data, sum.sums.at(from), numGroups * 8);
      memory.kernels(OPERATOR_KERNELS).round_f64_to_f32(data, numGroups);
    }
    return Vector.flat(type, numGroups, data, validity);
  };
  return { read, args };
}

function sumOf(input: AggregateInput): RunningAggregate {
  const { call } = input;
  // The sum of float32 is kept in 64 bits until the end.
  const stateType = call.type.id === 'float32' ? stateTypes(input)[0]! : call.type;
  const result = sumColumn(input, call.type).read;
  const state = sumColumn(input, stateType).read;
  return { result, states: (from, numGroups, arena) => [state(from, numGroups, arena)] };
}

/** The types of the states, which for sums and means follow from the result and the argument. */
function stateTypes({ call }: AggregateInput): DataType[] {
  const type = call.args[0]!.type;
  if (type.id === 'float32' || type.id === 'float64') return [{ id: 'float64' }, INT64];
  if (type.id === 'interval') return [type, INT64];
  const scale = type.id === 'decimal' ? type.scale : 0;
  return [{ id: 'decimal', precision: 38, scale }, INT64];
}

function avgOf(input: AggregateInput): RunningAggregate {
  const { call, memory } = input;
  const [sumType] = stateTypes(input);
  const { read: sum, args } = sumColumn(input, sumType!);
  const count: ReadColumn =
    input.mode === 'final'
      ? mergedCounts(input, 1)
      : (from, numGroups, arena) => args.counter.count(from, numGroups, arena);
  if (call.type.id === 'interval') return meanInterval(input, sum, count);
  const isFloat = sumType!.id === 'float64';
  const shift = isFloat ? 0 : (call.type as DecimalType).scale - (sumType as DecimalType).scale;
  return {
    result: (from, numGroups, arena) => {
      const kernels = memory.kernels(OPERATOR_KERNELS);
      const sums = sum(from, numGroups, arena);
      const counts = count(from, numGroups, arena);
      const out = arena.allocate(numGroups * (isFloat ? 8 : 16));
      if (isFloat) kernels.mean_f64(out, sums.data, counts.data, numGroups);
      else if (kernels.mean_i128(out, sums.data, counts.data, numGroups, shift) !== KERNEL_STATUS.ok) {
        throw sumOverflow(formatAggregate(call));
      }
      return Vector.flat(call.type, numGroups, out, sums.validity);
    },
    states: (from, numGroups, arena) => [sum(from, numGroups, arena), count(from, numGroups, arena)],
  };
}

function meanInterval({ call, memory }: AggregateInput, sum: ReadColumn, count: ReadColumn): RunningAggregate {
  return {
    result: (from, numGroups, arena) => {
      const kernels = memory.kernels(OPERATOR_KERNELS);
      const sums = sum(from, numGroups, arena);
      const divisors = arena.allocate(numGroups * 8);
      kernels.counts_to_f64(divisors, count(from, numGroups, arena).data, numGroups);
      const out = arena.allocate(numGroups * 16);
      const status = kernels.interval_scale(out, sums.data, 16, divisors, 8, sums.validity, numGroups, 1);
      if (status !== KERNEL_STATUS.ok) throw sumOverflow(formatAggregate(call));
      return Vector.flat(call.type, numGroups, out, sums.validity);
    },
    states: (from, numGroups, arena) => [sum(from, numGroups, arena), count(from, numGroups, arena)],
  };
}

interface ValuesByGroup {
  readonly values: StateColumn;
  readonly has: StateColumn;
}

/** An aggregate whose state is a value of the result's type. */
function valueStates({ call, memory }: AggregateInput, { values, has }: ValuesByGroup): RunningAggregate {
  return sharedStates((from, numGroups) => {
    const validity: Address = has.at(from);
    const numValid = memory.kernels(VECTOR_KERNELS).count_true(validity, numGroups);
    return Vector.flat(call.type, numGroups, values.at(from), numValid === numGroups ? 0 : validity);
  });
}

function extremeOf(input: AggregateInput, greatest: boolean): RunningAggregate {
  const { memory, account, call } = input;
  const accumulator = argumentsOf(input).accumulator(
    greatest ? 'greatest' : 'least',
    () => new ExtremeAccumulator(physicalKind(call.type), greatest, memory, account),
  );
  return valueStates(input, accumulator);
}

function anyValueOf(input: AggregateInput): RunningAggregate {
  const { memory, account, call } = input;
  const create = () => new FirstAccumulator(physicalKind(call.type), memory, account);
  return valueStates(input, argumentsOf(input).accumulator('first', create));
}

function stringAggOf(input: AggregateInput): RunningAggregate {
  const { memory, account, call } = input;
  const create = () => new CollectAccumulator([call.type, call.type], true, memory, account);
  const collected = argumentsOf(input).accumulator('strings', create);
  return {
    result: (from, numGroups, arena) => collected.joined(call.type, from, numGroups, arena),
    states: (from, numGroups, arena) => [
      collected.joined(call.type, from, numGroups, arena),
      collected.firstDelimiters(call.type, from, numGroups, arena),
    ],
  };
}

function arrayAggOf(input: AggregateInput): RunningAggregate {
  const { memory, account, call } = input;
  const isFinal = input.mode === 'final';
  const type = isFinal ? call.type : argumentType(input);
  const create = () => new CollectAccumulator([type], isFinal, memory, account);
  const collected = argumentsOf(input).accumulator('list', create);
  return sharedStates((from, numGroups, arena) => collected.lists(call.type, isFinal, from, numGroups, arena));
}

function bitsOf(input: AggregateInput, operation: 'and' | 'or' | 'xor'): RunningAggregate {
  const { memory, account, call } = input;
  const kind = physicalKind(call.type) as 'i32' | 'i64';
  const create = () => new BitAccumulator(kind, operation, memory, account);
  return valueStates(input, argumentsOf(input).accumulator(operation, create));
}

function varianceOf(input: AggregateInput, isSample: boolean, isRoot: boolean): RunningAggregate {
  const { memory, account } = input;
  const accumulator = argumentsOf(input).accumulator('variance', () => new VarianceAccumulator(memory, account));
  return {
    result: (from, numGroups, arena) => accumulator.result(from, numGroups, isSample, isRoot, arena),
    states: (from, numGroups, arena) => accumulator.states(from, numGroups, arena),
  };
}

function choiceOf(input: AggregateInput, greatest: boolean): RunningAggregate {
  const { memory, account, call } = input;
  const [value, key] = call.args as readonly [Expression, Expression];
  const accumulator = argumentsOf(input).accumulator(
    greatest ? 'of the greatest' : 'of the least',
    () => new ChoiceAccumulator(physicalKind(value.type), physicalKind(key.type), greatest, memory, account),
  );
  const { has, values, keys } = accumulator;
  const { result } = valueStates(input, { values, has });
  return {
    result,
    states: (from, numGroups, arena) => {
      const chosen = result(from, numGroups, arena);
      return [chosen, Vector.flat(key.type, numGroups, keys.at(from), chosen.validity)];
    },
  };
}

function regressionOf(input: AggregateInput): RunningAggregate {
  const { memory, account, call } = input;
  const accumulator = argumentsOf(input).accumulator('regression', () => new RegressionAccumulator(memory, account));
  const what = functionOf(call) as RegressionResult;
  return {
    result: (from, numGroups, arena) => accumulator.result(what, from, numGroups, arena),
    states: (from, numGroups, arena) => accumulator.states(from, numGroups, arena),
  };
}

function distinctEstimateOf(input: AggregateInput): RunningAggregate {
  const { memory, account, mode } = input;
  const create = () => new SketchAccumulator(mode === 'final', memory, account);
  const accumulator = argumentsOf(input).accumulator('sketch', create);
  return {
    result: (from, numGroups, arena) => accumulator.estimates(from, numGroups, arena),
    states: (from, numGroups, arena) => [accumulator.sketches(from, numGroups, arena)],
  };
}
