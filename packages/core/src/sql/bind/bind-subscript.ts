import { QueryError, type SourceSpan, unsupported } from '../../error/index.ts';
import type { Expression } from '../../expression/index.ts';
import { formatType } from '../../types/index.ts';
import { callFunction } from './call-function.ts';
import type { ExpressionFamily } from './expression-binder.ts';

/** `array[position]`, from 1. Of an array of arrays it is the inner array. */
export const bindSubscript: ExpressionFamily<'subscript'> = (binder, { arg, index, span }) => {
  if (arg.kind === 'slice') throw unsupported('A subscript of a slice', span, 'Write (array[from:to])[position].');
  return callFunction(binder, 'element at', [arrayOf(binder.bind(arg), span), binder.bind(index)], span);
};

/** `array[from:to]`: an array of the elements that there are between the positions. */
export const bindSlice: ExpressionFamily<'slice'> = (binder, { arg, from, to, span }) => {
  if (arg.kind === 'slice' || arg.kind === 'subscript') throw unsupported('A slice of more than one dimension', span);
  const array = arrayOf(binder.bind(arg), span);
  const name = from ? (to ? 'slice of' : 'slice from') : 'slice to';
  if (!from && !to) return array;
  return callFunction(
    binder,
    name,
    [array, ...[from, to].flatMap((bound) => (bound ? [binder.bind(bound)] : []))],
    span,
  );
};

function arrayOf(arg: Expression, span: SourceSpan): Expression {
  if (arg.type.id === 'list') return arg;
  const type = formatType(arg.type);
  throw new QueryError('TYPE_MISMATCH', `A value of type ${type} has no elements.`, { span, details: { type } });
}
