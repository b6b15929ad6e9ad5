import { QueryError } from '../../error/index.ts';
import { sinkOf } from './bind-aggregate.ts';
import { columnReference } from './binder.ts';
import type { ExpressionFamily } from './expression-binder.ts';

/** Bits of an integer without its sign. */
const MAX_ARGUMENTS = 31;

/** `grouping(a, b)`: which of the keys the grouping set of the row lacks. Only GROUP BY, bound later, can tell. */
export const bindGrouping: ExpressionFamily<'grouping'> = (binder, { args: asts, span }) => {
  if (asts.length > MAX_ARGUMENTS) {
    throw new QueryError('INVALID_CLAUSE', `grouping() takes at most ${MAX_ARGUMENTS} arguments.`, { span });
  }
  const args = binder.inClause('grouping()').bindAll(asts);
  return columnReference(sinkOf(binder, 'grouping', args, span).addGrouping(args, span), span);
};
