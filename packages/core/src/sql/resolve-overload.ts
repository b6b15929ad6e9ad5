import type { ParameterType, ReturnTypeOf } from '../expression/function.ts';
import type { Expression } from '../expression/index.ts';
import {
  type DataType,
  decimal,
  FLOAT64,
  INT16,
  INT32,
  INT64,
  isInteger,
  isNumeric,
  list,
  sameType,
  type TypeId,
  VARCHAR,
} from '../types/index.ts';
import { decimalOfInteger, isImplicitCast, isPreferred, type TypeCategory, typeCategory } from './coercion.ts';
import { commonTypeOf, decimalOfConstant, isUnknown, narrowToColumns } from './common-type.ts';

/** What overload resolution needs of an overload, scalar or aggregate. */
export interface OverloadSignature {
  readonly parameters: readonly ParameterType[];
  readonly variadic?: boolean;
  readonly returns: DataType | ReturnTypeOf;
}

/** The overload that a call means, with the types to which its arguments are cast. */
export interface ResolvedOverload<O> {
  readonly overload: O;
  readonly argTypes: readonly DataType[];
  readonly returns: DataType;
}

export type OverloadResolution<O> =
  | { readonly kind: 'resolved'; readonly call: ResolvedOverload<O> }
  | { readonly kind: 'no-match' }
  | { readonly kind: 'ambiguous' };

interface Candidate<O> {
  readonly overload: O;
  readonly targets: readonly DataType[];
  /** Parameters that take any type: they lose against ones that name theirs. */
  readonly numAny: number;
}

/**
 * Finds the overload for arguments by PostgreSQL's rules ("Type Conversion", sections 10.2 and 10.3): an exact match, else
 * the candidates that implicit casts reach, of those the ones with the most exact matches, then with the most preferred
 * types, then by the category of the unknown literals.
 *
 * Integer types that PostgreSQL lacks take part as themselves first and then as the next wider type that it has.
 */
export function resolveOverload<O extends OverloadSignature>(
  overloads: readonly O[],
  args: readonly Expression[],
  isOperator: boolean,
): OverloadResolution<O> {
  const assumed = isOperator ? assumeSameType(args) : undefined;
  for (const types of [assumed, args.map(({ type }) => type)]) {
    if (!types) continue;
    const exact = candidatesFor(overloads, args, types).filter(({ targets }) =>
      targets.every((type, i) => sameType(type, types[i]!)),
    );
    const call = single(leastAny(exact));
    if (call) return resolved(call, args);
  }
  const types = promote(args, isOperator);
  const candidates = candidatesFor(overloads, args, types);
  if (candidates.length === 0) return { kind: 'no-match' };
  const best = leastAny(select(candidates, args, types));
  return best.length === 1 ? resolved(best[0]!, args) : { kind: 'ambiguous' };
}

function resolved<O extends OverloadSignature>(
  { overload, targets }: Candidate<O>,
  args: readonly Expression[],
): OverloadResolution<O> {
  const { returns } = overload;
  const constants = args.map((arg) => (arg.kind === 'literal' ? arg.value : undefined));
  const type = typeof returns === 'function' ? returns(targets, constants) : returns;
  return { kind: 'resolved', call: { overload, argTypes: targets, returns: type } };
}

function single<T>(values: readonly T[]): T | undefined {
  return values.length === 1 ? values[0] : undefined;
}

/** One unknown operand of a binary operator is taken for what the other one is. */
function assumeSameType(args: readonly Expression[]): DataType[] | undefined {
  const [left, right] = args;
  if (!left || !right || isUnknown(left) === isUnknown(right)) return undefined;
  const known = isUnknown(left) ? right.type : left.type;
  // A text beside a decimal keeps its digits.
  return args.map((arg) => (isUnknown(arg) && known.id === 'decimal' ? (decimalOfConstant(arg) ?? known) : known));
}

const PROMOTED: Readonly<Partial<Record<TypeId, DataType>>> = {
  int8: INT16,
  uint8: INT16,
  uint16: INT32,
  uint32: INT64,
  uint64: decimal(20, 0),
};

/**
 * The types with which candidates are ranked: PostgreSQL's integers only; and for operators real beside another number is
 * double precision, because PostgreSQL has operators for the pair that give double precision.
 */
function promote(args: readonly Expression[], isOperator: boolean): DataType[] {
  const mixed = isOperator && args.some(({ type }) => isNumeric(type) && type.id !== 'float32');
  return args.map(({ type }) => (mixed && type.id === 'float32' ? FLOAT64 : (PROMOTED[type.id] ?? type)));
}

function candidatesFor<O extends OverloadSignature>(
  overloads: readonly O[],
  args: readonly Expression[],
  types: readonly DataType[],
): Candidate<O>[] {
  return overloads.flatMap((overload) => {
    const parameters = expandParameters(overload, args.length);
    const targets = parameters && targetsOf(overload, parameters, args, types);
    return targets
      ? [
          {
            overload,
            targets,
            numAny: parameters.filter((p) => p === 'any' || p === 'same' || p === 'same-list').length,
          },
        ]
      : [];
  });
}

/** One parameter for each argument; undefined when the numbers do not fit. */
function expandParameters(
  { parameters, variadic }: OverloadSignature,
  numArgs: number,
): readonly ParameterType[] | undefined {
  const missing = numArgs - parameters.length;
  if (missing === 0) return parameters;
  if (!variadic || missing < 0) return undefined;
  return [...parameters, ...Array.from({ length: missing }, () => parameters.at(-1)!)];
}

/** The type to which each argument is cast implicitly; undefined when one cannot be. */
function targetsOf(
  overload: OverloadSignature,
  parameters: readonly ParameterType[],
  args: readonly Expression[],
  types: readonly DataType[],
): DataType[] | undefined {
  const together = args.flatMap((arg, i) => sameArgument(parameters[i]!, arg));
  const same = together.length > 0 ? sameTarget(overload, together) : undefined;
  const targets: DataType[] = [];
  for (const [i, parameter] of parameters.entries()) {
    const target = targetOf(parameter, args[i]!, types[i]!, same);
    if (!target) return undefined;
    targets.push(target);
  }
  return targets;
}

/** What an argument brings into the search for the type of all `same` ones; of an array, an element. */
function sameArgument(parameter: ParameterType, arg: Expression): readonly Expression[] {
  if (parameter === 'same') return [arg];
  if (parameter !== 'same-list' || arg.type.id !== 'list') return [];
  return [{ kind: 'column', id: -1, name: 'element', type: arg.type.element }];
}

/** For a comparison, an integer constant that fits the other side takes its type, so that no column has to be cast. */
function sameTarget(overload: OverloadSignature, args: readonly Expression[]): DataType | undefined {
  const type = commonTypeOf(args);
  const isComparison = typeof overload.returns === 'object' && overload.returns.id === 'boolean';
  if (!type || !isComparison) return type;
  // PostgreSQL compares real with any other number as double precision.
  if (type.id === 'float32' && args.some((arg) => !isUnknown(arg) && arg.type.id !== 'float32')) return FLOAT64;
  return narrowToColumns(type, args);
}

function targetOf(
  parameter: ParameterType,
  arg: Expression,
  type: DataType,
  same: DataType | undefined,
): DataType | undefined {
  const unknown = type.id === 'null';
  switch (parameter) {
    case 'same':
      return same;
    case 'same-list':
      return same && (unknown || type.id === 'list') ? list(same) : undefined;
    case 'any':
      return unknown ? VARCHAR : type;
    case 'decimal':
      if (type.id === 'decimal') return type;
      if (isInteger(type)) return decimalOfConstant(arg) ?? decimalOfInteger(type);
      return unknown ? (decimalOfConstant(arg) ?? decimal(38, 16)) : undefined;
    case 'integer':
      if (isInteger(type)) return type;
      return unknown ? INT64 : undefined;
    case 'list':
    case 'struct':
      return type.id === parameter ? type : undefined;
    default:
      return isImplicitCast(type, parameter) ? parameter : undefined;
  }
}

/** Narrows the candidates step by step; a step that would leave none is skipped. */
function select<O>(
  all: readonly Candidate<O>[],
  args: readonly Expression[],
  types: readonly DataType[],
): readonly Candidate<O>[] {
  const known = types.map((_, i) => i).filter((i) => !isUnknown(args[i]!));
  const unknown = types.map((_, i) => i).filter((i) => isUnknown(args[i]!));
  const isExact = ({ targets }: Candidate<O>, i: number) =>
    [types[i]!, args[i]!.type].some((type) => sameType(targets[i]!, type) || bothDecimal(targets[i]!, type));
  let candidates = most(all, (candidate) => known.filter((i) => isExact(candidate, i)).length);
  candidates = most(
    candidates,
    (candidate) => known.filter((i) => isExact(candidate, i) || isPreferred(candidate.targets[i]!)).length,
  );
  if (candidates.length < 2 || unknown.length === 0) return candidates;
  const byCategory = selectByCategory(candidates, unknown);
  if (byCategory.length < 2) return byCategory;
  const [first] = known;
  if (first === undefined || !known.every((i) => sameType(types[i]!, types[first]!))) return byCategory;
  const assumed = byCategory.filter(({ targets }) => targets.every((target) => isImplicitCast(types[first]!, target)));
  return assumed.length === 1 ? assumed : byCategory;
}

function bothDecimal(a: DataType, b: DataType): boolean {
  return a.id === 'decimal' && b.id === 'decimal';
}

function most<T>(values: readonly T[], count: (value: T) => number): readonly T[] {
  const greatest = Math.max(...values.map(count));
  return values.filter((value) => count(value) === greatest);
}

function leastAny<O>(candidates: readonly Candidate<O>[]): readonly Candidate<O>[] {
  return most(candidates, ({ numAny }) => -numAny);
}

/**
 * A text literal is a string where any candidate takes strings there, else of the category that all candidates agree on; then
 * preferred types of the category win.
 */
function selectByCategory<O>(candidates: readonly Candidate<O>[], unknown: readonly number[]): readonly Candidate<O>[] {
  const slots = new Map<number, { readonly category: TypeCategory; readonly hasPreferred: boolean }>();
  for (const i of unknown) {
    const types = candidates.map(({ targets }) => targets[i]!);
    const categories = new Set(types.map(typeCategory));
    const category = categories.has('string') ? 'string' : single([...categories]);
    if (!category) return candidates;
    slots.set(i, {
      category,
      hasPreferred: types.some((type) => typeCategory(type) === category && isPreferred(type)),
    });
  }
  const kept = candidates.filter(({ targets }) =>
    [...slots].every(([i, { category, hasPreferred }]) => {
      const type = targets[i]!;
      return typeCategory(type) === category && (!hasPreferred || isPreferred(type));
    }),
  );
  return kept.length > 0 ? kept : candidates;
}
