import { QueryError } from '../../../error/index.ts';
import type { IntervalValue } from '../../../types/index.ts';
import { INTERVAL, TIMESTAMP, TIMESTAMPTZ, VARCHAR } from '../../../types/index.ts';
import type { Vector } from '../../../vector/index.ts';
import type { EvaluationContext, ScalarEvaluate, ScalarFunction } from '../../function.ts';
import { constantArgument } from '../constant-argument.ts';
import { overload } from '../row-evaluation.ts';
import { localToUtc, utcToLocal } from './session-zone.ts';
import { TimeZone, timeZone } from './time-zone.ts';

/** The zone of a call: a name, or an offset to the east as an interval. */
function zoneOf(context: EvaluationContext, zone: Vector, numRows: number): TimeZone {
  const value = constantArgument(context, zone, numRows, 'A time zone');
  if (typeof value === 'string') return timeZone(value, context.span);
  const { months, days, micros } = value as IntervalValue;
  if (months !== 0 || days !== 0) {
    throw new QueryError('INVALID_VALUE', 'interval time zone must not include months or days', {
      span: context.span,
    });
  }
  return new TimeZone('offset', Number(micros / 1_000_000n));
}

const toLocal: ScalarEvaluate = (context, [zone, moments], numRows) =>
  utcToLocal(context, zoneOf(context, zone!, numRows), moments!, numRows).local;

const toUtc: ScalarEvaluate = (context, [zone, local], numRows) =>
  localToUtc(context, zoneOf(context, zone!, numRows), local!, numRows);

/** The grammar turns `t AT TIME ZONE z` into `timezone(z, t)`. */
const TIMEZONE: ScalarFunction = {
  name: 'timezone',
  category: 'datetime',
  volatility: 'immutable',
  description:
    'AT TIME ZONE: a timestamp with time zone as the local time of a zone, or a local time of a zone as a timestamp with time zone. Zones are ' +
    'IANA names, abbreviations, offsets or intervals.',
  examples: [
    {
      sql: "TIMESTAMPTZ '2001-02-16 20:38:40+00' AT TIME ZONE 'America/Denver'",
      result: '2001-02-16 13:38:40',
    },
    { sql: "TIMESTAMP '2001-02-16 20:38:40' AT TIME ZONE 'America/Denver'", result: '2001-02-17 03:38:40+00' },
    { sql: "TIMESTAMP '2001-02-16 20:38:40' AT TIME ZONE INTERVAL '-07:00'", result: '2001-02-17 03:38:40+00' },
  ],
  overloads: [VARCHAR, INTERVAL].flatMap((zone) => [
    overload('timezone', [zone, TIMESTAMPTZ], TIMESTAMP, toLocal),
    overload('timezone', [zone, TIMESTAMP], TIMESTAMPTZ, toUtc),
  ]),
};

export const TIME_ZONE_FUNCTIONS: readonly ScalarFunction[] = [TIMEZONE];
