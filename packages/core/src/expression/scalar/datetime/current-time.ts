import { DATE, type DataType, INT32, type LiteralValue, TIME, TIMESTAMP, TIMESTAMPTZ } from '../../../types/index.ts';
import { literalVector } from '../../../vector/index.ts';
import type { EvaluationContext, ScalarEvaluate, ScalarFunction } from '../../function.ts';
import { constantArgument } from '../constant-argument.ts';
import { overload } from '../row-evaluation.ts';
import { startedLocalMicros } from './session-zone.ts';

const MICROS_PER_DAY = 86_400_000_000n;

/** The start of the query as a value of a type. */
function startedAs(context: EvaluationContext, type: DataType): LiteralValue {
  if (type.id === 'timestamptz') return context.startedMicros;
  const local = startedLocalMicros(context);
  const timeOfDay = ((local % MICROS_PER_DAY) + MICROS_PER_DAY) % MICROS_PER_DAY;
  switch (type.id) {
    case 'date':
      return Number((local - timeOfDay) / MICROS_PER_DAY);
    case 'time':
      return timeOfDay;
    default:
      return local;
  }
}

const started: ScalarEvaluate = (context, args, numRows, type) => {
  let value = startedAs(context, type);
  const precision = args[0] && constantArgument(context, args[0], numRows, 'A precision');
  if (typeof precision === 'number' && typeof value === 'bigint' && precision >= 0 && precision < 6) {
    const unit = 10n ** BigInt(6 - precision);
    value = ((value + unit / 2n) / unit) * unit;
  }
  return literalVector(type, value, numRows, context.arena);
};

function currentFunction(
  name: string,
  type: DataType,
  what: string,
  options: { readonly aliases?: readonly string[]; readonly precision?: boolean } = {},
): ScalarFunction {
  const call = options.precision ? name : `${name}()`;
  return {
    name,
    ...(options.aliases ? { aliases: options.aliases } : {}),
    category: 'datetime',
    volatility: 'stable',
    description: `${what} at which the query started; the same in all of the query.`,
    examples: [
      { sql: `${name.startsWith('current') || name.startsWith('local') ? name : call} IS NULL`, result: 'false' },
    ],
    overloads: [
      overload(name, [], type, started),
      ...(options.precision ? [overload(name, [INT32], type, started)] : []),
    ],
  };
}

export const CURRENT_TIME_FUNCTIONS: readonly ScalarFunction[] = [
  currentFunction('now', TIMESTAMPTZ, 'The time', {
    aliases: ['transaction_timestamp', 'statement_timestamp'],
  }),
  currentFunction('current_timestamp', TIMESTAMPTZ, 'The time', { precision: true }),
  currentFunction('localtimestamp', TIMESTAMP, 'The time in the zone of the session', { precision: true }),
  currentFunction('current_date', DATE, 'The day in the zone of the session'),
  currentFunction('localtime', TIME, 'The time of day in the zone of the session', { precision: true }),
];
