import { QueryError, type SourceSpan } from '../../../error/index.ts';
import { type DecimalType, decimal } from '../../../types/index.ts';

/** A part of a date, time or interval that `extract`, `date_part` and `date_trunc` name. */
export interface DatetimeField {
  readonly name: string;
  /** As in kernels/function/datetime-extract.ts; -1 for parts of a zone, which are not the kernels' matter. */
  readonly code: number;
  /** What `extract` answers with. */
  readonly type: DecimalType;
}

const field = (name: string, code: number, precision: number, scale = 0): DatetimeField => ({
  name,
  code,
  type: decimal(precision, scale),
});

const FIELDS = [
  field('microseconds', 0, 8),
  field('milliseconds', 0, 8, 3),
  field('second', 1, 8, 6),
  field('minute', 2, 2),
  field('hour', 3, 10),
  field('day', 4, 10),
  field('week', 5, 10),
  field('month', 6, 2),
  field('quarter', 7, 1),
  field('year', 8, 10),
  field('decade', 9, 9),
  field('century', 10, 8),
  field('millennium', 11, 7),
  field('dow', 12, 1),
  field('isodow', 13, 1),
  field('doy', 14, 3),
  field('isoyear', 15, 10),
  field('epoch', 16, 20, 6),
  field('julian', 17, 27, 20),
  field('timezone', -1, 5),
  field('timezone_hour', -1, 2),
  field('timezone_minute', -1, 2),
] as const;

/** Further words for the fields, as PostgreSQL's deltatktbl has them. */
const WORDS: Readonly<Record<string, string>> = {
  microseconds: 'us usec usecs usecond useconds microsecon microsecond',
  milliseconds: 'ms msec msecs msecond mseconds millisecon millisecond',
  second: 's sec secs seconds',
  minute: 'm min mins minutes',
  hour: 'h hr hrs hours',
  day: 'd days',
  week: 'w weeks',
  month: 'mon mons months',
  quarter: 'qtr quarters',
  year: 'y yr yrs years',
  decade: 'dec decs decades',
  century: 'c cent centuries',
  millennium: 'mil mils millennia millenniums',
  julian: 'j jd',
};

const BY_WORD = new Map<string, DatetimeField>(
  FIELDS.flatMap((entry) => [entry.name, ...(WORDS[entry.name]?.split(' ') ?? [])].map((word) => [word, entry])),
);

/** The field that a word names, whatever its case. */
export function findDatetimeField(word: string): DatetimeField | undefined {
  return BY_WORD.get(word.toLowerCase());
}

/** Where a field has no meaning for a type. */
export function fieldNotSupported(word: string, type: string, span: SourceSpan | undefined): QueryError {
  return new QueryError('INVALID_VALUE', `unit "${word}" not supported for type ${type}`, { span });
}

/** The field that a word names; throws `INVALID_VALUE` for a word that is none. */
export function datetimeField(word: string, type: string, span: SourceSpan | undefined): DatetimeField {
  const found = findDatetimeField(word);
  if (found) return found;
  throw new QueryError('INVALID_VALUE', `unit "${word}" not recognized for type ${type}`, {
    span,
    details: { candidates: FIELDS.map(({ name }) => name) },
  });
}

/** PostgreSQL's name of a date or time type, for messages. */
export function datetimeTypeName(id: string): string {
  switch (id) {
    case 'time':
      return 'time without time zone';
    case 'timestamp':
      return 'timestamp without time zone';
    case 'timestamptz':
      return 'timestamp with time zone';
    default:
      return id;
  }
}
