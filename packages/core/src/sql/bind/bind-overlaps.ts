import { QueryError, type SourceSpan } from '../../error/index.ts';
import type { Expression } from '../../expression/index.ts';
import { BOOLEAN } from '../../types/index.ts';
import type { AstCall } from '../ast/index.ts';
import { literal } from '../coerce-expression.ts';
import { unify } from './bind-conditional.ts';
import { callFunction } from './call-function.ts';
import type { ExpressionBinder } from './expression-binder.ts';

/**
 * `(a, b) OVERLAPS (c, d)`: whether two stretches of time have a moment in common. Either end of a stretch may come first, and the second
 * one may be its length; the later end is no part of it, unless it is the earlier one too. Nulls as SQL:2011 and PostgreSQL have them: the answer
 * is known where one end suffices for it.
 */
export function bindOverlaps(binder: ExpressionBinder, { args, span }: AstCall): Expression {
  if (args.length !== 4) {
    throw new QueryError('INVALID_CLAUSE', 'OVERLAPS stands between two pairs.', { span });
  }
  const [a, b, c, d] = binder.bindAll(args) as [Expression, Expression, Expression, Expression];
  const ends = [a, endOf(binder, a, b, span), c, endOf(binder, c, d, span)];
  const type = unify('OVERLAPS', ends, span);
  if (!['date', 'time', 'timestamp', 'timestamptz'].includes(type.id)) {
    throw new QueryError('TYPE_MISMATCH', 'OVERLAPS compares dates, times and timestamps.', { span });
  }
  const [e, f, g, h] = ends.map((end) => binder.coerce(end, type)) as [Expression, Expression, Expression, Expression];
  const [first, second] = [stretch(binder, e, f, span), stretch(binder, g, h, span)];
  const compare = (name: string) => callFunction(binder, name, [first.start, second.start], span);
  return choose(span, [
    [compare('>'), reaches(binder, second, first, span)],
    [compare('<'), reaches(binder, first, second, span)],
    [
      compare('='),
      choose(
        span,
        [
          [isNull(first.end, span), literal(BOOLEAN, null, span)],
          [isNull(second.end, span), literal(BOOLEAN, null, span)],
        ],
        true,
      ),
    ],
  ]);
}

interface Stretch {
  readonly start: Expression;
  /** Null when one of the two is. */
  readonly end: Expression;
}

function endOf(binder: ExpressionBinder, start: Expression, end: Expression, span: SourceSpan): Expression {
  return end.type.id === 'interval' ? callFunction(binder, '+', [start, end], span) : end;
}

/** The two ends in their order; the one that is not null is the start. */
function stretch(binder: ExpressionBinder, a: Expression, b: Expression, span: SourceSpan): Stretch {
  const later = callFunction(binder, 'greatest', [a, b], span);
  const none = literal(later.type, null, span);
  const end: Expression = {
    kind: 'case',
    type: later.type,
    branches: [
      // biome-ignore lint/suspicious/noThenProperty: the expression's own field
      { when: isNull(a, span), then: none },
      // biome-ignore lint/suspicious/noThenProperty: the expression's own field
      { when: isNull(b, span), then: none },
    ],
    otherwise: later,
    span,
  };
  return { start: callFunction(binder, 'least', [a, b], span), end };
}

/** Whether the stretch that begins earlier goes on until the other one has begun. */
function reaches(binder: ExpressionBinder, earlier: Stretch, later: Stretch, span: SourceSpan): Expression {
  return choose(
    span,
    [
      [callFunction(binder, '<', [later.start, earlier.end], span), literal(BOOLEAN, true, span)],
      [isNull(earlier.end, span), literal(BOOLEAN, null, span)],
      [isNull(later.end, span), literal(BOOLEAN, null, span)],
    ],
    false,
  );
}

function isNull(arg: Expression, span: SourceSpan): Expression {
  return { kind: 'is-null', type: BOOLEAN, negated: false, arg, span };
}

function choose(
  span: SourceSpan,
  branches: readonly (readonly [when: Expression, result: Expression])[],
  otherwise?: boolean,
): Expression {
  return {
    kind: 'case',
    type: BOOLEAN,
    // biome-ignore lint/suspicious/noThenProperty: the expression's own field
    branches: branches.map(([when, result]) => ({ when, then: result })),
    otherwise: otherwise === undefined ? undefined : literal(BOOLEAN, otherwise, span),
    span,
  };
}
