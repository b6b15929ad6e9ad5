import type { SourceSpan } from '../error/index.ts';
import type { DataType, LiteralValue } from '../types/index.ts';
import type { Arena, KernelModule, Vector } from '../vector/index.ts';

/**
 * What a parameter of an overload takes: one type; a family (`'decimal'` of any precision, `'integer'`, `'list'`,
 * `'struct'`); or `'any'` type. All `'same'` arguments are cast to the type in which they meet, and `'same-list'` ones to arrays of
 * it, whose elements have a say in it.
 */
export type ParameterType = DataType | 'any' | 'same' | 'same-list' | 'decimal' | 'integer' | 'list' | 'struct';

/**
 * - `immutable`: the same arguments give the same result, so constants can be folded.
 * - `stable`: the same within one query (`now()`).
 * - `volatile`: evaluated for every row (`random()`).
 */
export type Volatility = 'immutable' | 'stable' | 'volatile';

/** What an evaluation has at hand besides its arguments. */
export interface EvaluationContext {
  /** Where results and temporaries go; they live as long as the batch. */
  readonly arena: Arena;
  /** Kernels of the expression module and of the function module. */
  readonly kernels: KernelModule;
  /** One byte a row (1: every argument has a value), or 0 when no argument is null. Kernels that can fail must skip 0s. */
  readonly validity: number;
  /** Microseconds since 1970-01-01 UTC when the query started; what `now()` is. */
  readonly startedMicros: bigint;
  /** IANA name of the session's time zone. */
  readonly timeZone: string;
  /** Seed for volatile functions. */
  readonly nextRandom: () => number;
  /** Where the call stands in the SQL text. */
  readonly span: SourceSpan | undefined;
}

/**
 * Evaluates a call on `numRows` rows. Arguments come flat or constant, of the types that the overload asked for. The
 * answer is flat or constant, of `type`. With `nulls: 'propagate'` its validity is set by the caller.
 */
export type ScalarEvaluate = (
  context: EvaluationContext,
  args: readonly Vector[],
  numRows: number,
  type: DataType,
) => Vector;

/**
 * The result type for these argument types. `constants` has the values of the arguments that are literals and `undefined` for
 * the others: the scale of `round(x, 2)` and of `extract(year FROM t)` depends on them. A caller that knows no constants may
 * leave it out and gets a type that fits every value.
 */
export type ReturnTypeOf = (args: readonly DataType[], constants?: readonly (LiteralValue | undefined)[]) => DataType;

export interface ScalarOverload {
  /** Stable and unique: `substring(varchar,integer,integer)`. Task specs carry it. */
  readonly id: string;
  readonly parameters: readonly ParameterType[];
  /** The last parameter may come any number of times (at least once). */
  readonly variadic?: boolean;
  readonly returns: DataType | ReturnTypeOf;
  /** `propagate`: the result is null where any argument is, and the caller sees to it. Default. */
  readonly nulls?: 'propagate' | 'custom';
  readonly evaluate: ScalarEvaluate;
}

/** A scalar function or operator: everything there is to know about it, in one place. */
export interface ScalarFunction {
  /** Lower case SQL name, or the operator's symbol (`+`, `<`, `||`, `~~`). */
  readonly name: string;
  readonly aliases?: readonly string[];
  readonly category:
    | 'operator'
    | 'math'
    | 'string'
    | 'pattern'
    | 'datetime'
    | 'conditional'
    | 'nested'
    | 'json'
    | 'other';
  readonly volatility: Volatility;
  readonly description: string;
  /** A query's expression and the text that PostgreSQL prints for it; the documentation shows it and a test runs it. */
  readonly examples: readonly { readonly sql: string; readonly result: string }[];
  readonly overloads: readonly ScalarOverload[];
}

/** What the planner knows of an aggregate; how it runs is the aggregation operator's matter. */
export interface AggregateOverload {
  readonly id: string;
  readonly parameters: readonly ParameterType[];
  readonly returns: DataType | ((args: readonly DataType[]) => DataType);
  /** The columns that a partial aggregation hands to the final one, for arguments of these types. */
  readonly state: (args: readonly DataType[]) => readonly DataType[];
  /** Result over no rows: `zero` for counts, otherwise null. */
  readonly empty: 'zero' | 'null';
}

export interface AggregateFunction {
  readonly name: string;
  readonly aliases?: readonly string[];
  readonly description: string;
  readonly examples: readonly { readonly sql: string; readonly result: string }[];
  /** DISTINCT changes nothing (min, max, bool_and). */
  readonly ignoresDistinct?: boolean;
  /** The order in which rows are taken in shows in the result (array_agg, string_agg); elsewhere ORDER BY changes nothing. */
  readonly dependsOnOrder?: boolean;
  /** Set for an aggregate of the ordered values of its group, which has no overloads of its own. */
  readonly orderedSet?: OrderedSet;
  /** Set for an aggregate that a scalar function makes of the arrays of its arguments; it has no overloads of its own. */
  readonly collected?: { readonly finisher: string; readonly numArguments: number };
  readonly overloads: readonly AggregateOverload[];
}

/**
 * An aggregate of the values of a group in their order (`percentile_cont`, `mode`): the values that are not null are collected by
 * `array_agg`, and a scalar function makes the result of the list. It may be written `f(direct) WITHIN GROUP (ORDER BY value)`, or
 * `f(value, direct)`.
 */
export interface OrderedSet {
  /** The type to which the values are cast; undefined for one that the aggregate does not take. */
  readonly valueType: (type: DataType) => DataType | undefined;
  /** The scalar function of the list and of the direct arguments. */
  readonly finisher: string;
  /** How many direct arguments there are; a list in the place of a fraction asks for a list of results. */
  readonly numDirect: 0 | 1;
  /** A direct argument that is not written (the half of `median`). */
  readonly fraction?: number;
}

/** What the planner knows of a window function; how it runs is the window operator's matter. */
export interface WindowOverload {
  /** Stable and unique, also among aggregates: `lag(any,integer)`. */
  readonly id: string;
  readonly parameters: readonly ParameterType[];
  readonly returns: DataType | ((args: readonly DataType[]) => DataType);
  /** Whether a row may have no value. */
  readonly nullable: boolean;
}

/** A function that only exists with OVER. */
export interface WindowFunction {
  readonly name: string;
  readonly description: string;
  readonly examples: readonly { readonly sql: string; readonly result: string }[];
  readonly overloads: readonly WindowOverload[];
}

/** The functions that a binder can find. Names are lower case. */
export interface FunctionRegistry {
  scalar(name: string): ScalarFunction | undefined;
  scalarOverload(id: string): ScalarOverload | undefined;
  aggregate(name: string): AggregateFunction | undefined;
  aggregateOverload(id: string): AggregateOverload | undefined;
  window(name: string): WindowFunction | undefined;
  windowOverload(id: string): WindowOverload | undefined;
  /** All names, for candidates in errors and for the documentation. */
  names(): readonly string[];
}
