import { QueryError, type SourceSpan, unsupported } from '../../error/index.ts';
import type { Expression, SetCall, SetFunction } from '../../expression/index.ts';
import { INT32 } from '../../types/index.ts';
import { literal } from '../coerce-expression.ts';
import { unify } from './bind-conditional.ts';
import { callFunction, pickOverload } from './call-function.ts';
import type { ExpressionBinder } from './expression-binder.ts';

/** A call of a function that gives rows, over bound arguments. Throws TYPE_MISMATCH when no overload fits. */
export function bindSetCall(
  binder: ExpressionBinder,
  { name, meaning, overloads }: SetFunction,
  args: readonly Expression[],
  span: SourceSpan,
): SetCall {
  const { argTypes, returns } = pickOverload(name, overloads, args, span);
  const coerced = args.map((arg, i) => binder.coerce(arg, argTypes[i]!));
  switch (meaning.kind) {
    case 'elements':
      return { name: 'unnest', args: coerced, type: returns, span };
    case 'elements-of':
      return { name: 'unnest', args: [callFunction(binder, meaning.list, args, span)], type: returns, span };
    case 'series':
      return series(binder, name, coerced, span);
    case 'subscripts': {
      const one = literal(INT32, 1, span);
      const last = binder.coerce(callFunction(binder, 'array_length', coerced, span), INT32);
      return { name: 'generate_series', args: [one, last, one], type: INT32, span };
    }
  }
}

function series(binder: ExpressionBinder, name: string, args: readonly Expression[], span: SourceSpan): SetCall {
  const { type } = args[0]!;
  if (type.id === 'timestamp' || type.id === 'timestamptz') {
    if (type.id === 'timestamptz') requireFixedSteps(binder, args[2]!, span);
    return { name: 'generate_series', args, type, span };
  }
  const [start, stop, step = literal(INT32, 1, span)] = args as readonly [Expression, Expression, Expression?];
  const own = type.id === 'decimal' ? unify(name, [start, stop, step], span) : type;
  const all = [start, stop, step].map((arg) => binder.coerce(arg, own));
  return { name: 'generate_series', args: all, type: own, span };
}

/** Where clocks are changed, a day or a month has no fixed length in a zone. */
function requireFixedSteps({ binder }: ExpressionBinder, step: Expression, span: SourceSpan): void {
  if (/^(UTC|GMT|Etc\/(UTC|GMT))$/i.test(binder.environment.timeZone)) return;
  const value = step.kind === 'literal' ? step.value : undefined;
  const isFixed =
    value === null || (typeof value === 'object' && 'months' in value && value.months === 0 && value.days === 0);
  if (isFixed) return;
  throw unsupported(
    'generate_series of timestamptz by days or months in a time zone other than UTC',
    span,
    'Generate timestamps without a time zone, and convert them by AT TIME ZONE.',
  );
}

/** INVALID_CLAUSE for a function that gives rows where one value is needed. */
export function misplacedSetCall(name: string, clause: string, span: SourceSpan): QueryError {
  return new QueryError('INVALID_CLAUSE', `${name} gives rows, and is not allowed in ${clause}.`, {
    span,
    details: { function: name, clause },
    hint: 'Use it in FROM, or in the select list.',
  });
}
