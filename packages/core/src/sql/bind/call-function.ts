import { QueryError, type SourceSpan } from '../../error/index.ts';
import type { Expression } from '../../expression/index.ts';
import { type DataType, formatType } from '../../types/index.ts';
import { requireEquality, requireOrder } from '../comparable-type.ts';
import { didYouMean, nearestNames } from '../nearest-names.ts';
import { type OverloadSignature, type ResolvedOverload, resolveOverload } from '../resolve-overload.ts';
import type { ExpressionBinder } from './expression-binder.ts';

/** What functions ask of the types that they compare. */
const COMPARISONS: Readonly<Record<string, typeof requireOrder>> = {
  '=': requireEquality,
  '<>': requireEquality,
  'is distinct from': requireEquality,
  'is not distinct from': requireEquality,
  '<': requireEquality,
  '<=': requireEquality,
  '>': requireEquality,
  '>=': requireEquality,
  greatest: requireOrder,
  least: requireOrder,
};

const isSymbol = (name: string) => !/^\w/.test(name);

/**
 * A call of a scalar function or operator of the registry: the overload that the arguments mean, with the casts that it needs.
 * Throws UNKNOWN_FUNCTION, and TYPE_MISMATCH when no overload or more than one fits.
 */
export function callFunction(
  binder: ExpressionBinder,
  name: string,
  args: readonly Expression[],
  span: SourceSpan,
): Expression {
  const { functions } = binder.binder.environment;
  const found = functions.scalar(name);
  if (!found) throw unknownFunction(binder, name, args, span);
  const { overload, argTypes, returns } = pickOverload(name, found.overloads, args, span);
  const need = COMPARISONS[found.name];
  for (const type of need ? argTypes : []) need!(type, found.name, span);
  return {
    kind: 'call',
    // Aliases are the same function, and must be seen as the same expression.
    name: found.name,
    overload: overload.id,
    args: args.map((arg, i) => binder.coerce(arg, argTypes[i]!)),
    type: returns,
    span,
  };
}

/** Throws TYPE_MISMATCH when no overload, or more than one, fits the arguments. */
export function pickOverload<O extends OverloadSignature>(
  name: string,
  overloads: readonly O[],
  args: readonly Expression[],
  span: SourceSpan,
): ResolvedOverload<O> {
  const resolution = resolveOverload(overloads, args, isSymbol(name));
  if (resolution.kind === 'resolved') return resolution.call;
  const ambiguous = resolution.kind === 'ambiguous';
  const what = isSymbol(name) ? 'operator' : 'function';
  throw new QueryError(
    'TYPE_MISMATCH',
    ambiguous
      ? `More than one ${what} fits ${describeCall(name, args)}.`
      : `There is no ${what} ${describeCall(name, args)}.`,
    {
      span,
      details: {
        function: name,
        arguments: args.map(({ type }) => formatType(type)),
        candidates: overloads.map((o) => signature(name, o)),
      },
      hint: ambiguous
        ? 'Cast the arguments to the types that are meant.'
        : 'Cast an argument, or use another function.',
    },
  );
}

/** `integer + date`, `- text`, `lower(integer)`. */
function describeCall(name: string, args: readonly Expression[]): string {
  const types = args.map(({ type }) => formatType(type));
  if (!isSymbol(name)) return `${name}(${types.join(', ')})`;
  return types.length === 1 ? `${name} ${types[0]}` : types.join(` ${name} `);
}

function signature(name: string, { parameters, variadic }: OverloadSignature): string {
  const types = parameters.map((parameter) =>
    typeof parameter === 'string' ? parameter : formatType(parameter as DataType),
  );
  return `${name}(${types.join(', ')}${variadic ? ', ...' : ''})`;
}

export function unknownFunction(
  { binder }: ExpressionBinder,
  name: string,
  args: readonly Expression[],
  span: SourceSpan,
): QueryError {
  if (isSymbol(name)) {
    return new QueryError('UNKNOWN_FUNCTION', `There is no operator ${describeCall(name, args)}.`, {
      span,
      details: { function: name },
    });
  }
  const names = binder.environment.functions.names().filter((known) => !isSymbol(known));
  const candidates = nearestNames(name, names);
  return new QueryError('UNKNOWN_FUNCTION', `There is no function "${name}".`, {
    span,
    details: { function: name, candidates },
    hint: didYouMean(candidates),
  });
}
