import type { IntervalValue } from '../../types/index.ts';
import { invalidText, outOfRange } from './text-error.ts';

/** Bits of the mask in which the grammar gives the fields of `INTERVAL '...' DAY TO SECOND`. */
const FIELD = { month: 2, year: 4, day: 8, hour: 1024, minute: 2048, second: 4096 } as const;
/** No fields were given. */
export const ALL_INTERVAL_FIELDS = 0x7fff;

const SECOND = 1_000_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

type Unit = { readonly months: number } | { readonly days: number } | { readonly micros: number };

const UNITS: ReadonlyMap<string, Unit> = new Map(
  (
    [
      ['us usec usecs usecond useconds microsecond microseconds', { micros: 1 }],
      ['ms msec msecs msecond mseconds millisecond milliseconds', { micros: 1000 }],
      ['s sec secs second seconds', { micros: SECOND }],
      ['m min mins minute minutes', { micros: MINUTE }],
      ['h hr hrs hour hours', { micros: HOUR }],
      ['d day days', { days: 1 }],
      ['w week weeks', { days: 7 }],
      ['mon mons month months', { months: 1 }],
      ['y yr yrs year years', { months: 12 }],
      ['dec decs decade decades', { months: 120 }],
      ['c cent century centuries', { months: 1200 }],
      ['mil mils millennium millennia', { months: 12_000 }],
    ] as const
  ).flatMap(([names, unit]) => names.split(' ').map((name) => [name, unit as Unit] as const)),
);

/** Adds up the parts; fractions spill from months to days (30 each) and from days to microseconds. */
class IntervalSum {
  months = 0;
  days = 0;
  micros = 0n;

  add(value: number, fraction: number, unit: Unit): void {
    if ('months' in unit) {
      this.months += value * unit.months;
      // The parts of a year are whole months; the parts of a month are days.
      if (unit.months > 1) this.months += Math.round(fraction * unit.months);
      else this.#addDays(fraction * 30);
    } else if ('days' in unit) {
      this.days += value * unit.days;
      this.#addDays(fraction * unit.days);
    } else {
      this.micros += BigInt(value) * BigInt(unit.micros) + BigInt(Math.round(fraction * unit.micros));
    }
  }

  #addDays(days: number): void {
    const whole = Math.trunc(days);
    this.days += whole;
    this.micros += BigInt(Math.round((days - whole) * DAY));
  }

  negate(): void {
    this.months = -this.months;
    this.days = -this.days;
    this.micros = -this.micros;
  }
}

/**
 * The text of an interval by PostgreSQL's rules: `1 year 2 mons`, `@ 3 days ago`, `1-2`, `3 04:05:06`, and ISO 8601
 * (`P1Y2M3DT4H5M6S`, `P0001-02-03T04:05:06`). `fields` is the grammar's mask of `YEAR TO MONTH` and the like: it says what a
 * number without a unit counts, and what is cut off. `precision` is the digits of the seconds' fraction.
 */
export function parseInterval(text: string, fields = ALL_INTERVAL_FIELDS, precision = 6): IntervalValue {
  const trimmed = text.trim();
  const sum = /^[pP]/.test(trimmed) ? parseIso(trimmed, text) : parseFields(trimmed, text, fields);
  const value = { months: sum.months, days: sum.days, micros: sum.micros };
  const fits =
    Math.abs(value.months) < 2 ** 31 &&
    Math.abs(value.days) < 2 ** 31 &&
    BigInt.asIntN(64, value.micros) === value.micros;
  if (!fits) throw outOfRange('interval', text);
  return cutInterval(value, fields, precision);
}

const FIELD_TOKEN =
  /\s*(?:([+-]?\s*\d+(?::\d+(?:\.\d*)?){1,2})|([+-]?\s*(?:\d+-\d+|\d+\.?\d*|\.\d+))|([a-z]+)|[@,;()])/giy;

/** From the last field to the first: a unit stands behind its number. */
function parseFields(trimmed: string, text: string, fields: number): IntervalSum {
  const tokens: string[] = [];
  FIELD_TOKEN.lastIndex = 0;
  for (let end = 0; end < trimmed.length; end = FIELD_TOKEN.lastIndex) {
    const match = FIELD_TOKEN.exec(trimmed);
    if (!match) throw invalidText('interval', text);
    const token = match[1] ?? match[2] ?? match[3];
    if (token !== undefined) tokens.push(token.replace(/\s+/g, '').toLowerCase());
  }
  const sum = new IntervalSum();
  const seen = new Set<string>();
  let unit: Unit | undefined;
  let pending = false;
  let ago = false;
  const once = (what: string) => {
    if (seen.has(what)) throw invalidText('interval', text);
    seen.add(what);
  };
  for (let i = tokens.length - 1; i >= 0; i--) {
    const token = tokens[i]!;
    if (/^[a-z]/.test(token)) {
      if (pending) throw invalidText('interval', text);
      if (token === 'ago' && i === tokens.length - 1) {
        ago = true;
        continue;
      }
      unit = UNITS.get(token);
      if (!unit) throw invalidText('interval', text);
      pending = true;
      continue;
    }
    pending = false;
    if (token.includes(':')) {
      once('time');
      sum.micros += clockMicros(token, fields, text);
      // A number before a time counts days.
      unit = { days: 1 };
      continue;
    }
    const yearsAndMonths = /^([+-]?)(\d+)-(\d+)$/.exec(token);
    if (yearsAndMonths) {
      const months = Number(yearsAndMonths[3]);
      if (months >= 12) throw outOfRange('interval', text);
      once('months');
      sum.add((yearsAndMonths[1] === '-' ? -1 : 1) * (Number(yearsAndMonths[2]) * 12 + months), 0, { months: 1 });
      unit = { months: 1 };
      continue;
    }
    unit ??= lastUnit(fields);
    once(JSON.stringify(unit));
    const [whole, fraction] = split(token);
    if (!Number.isSafeInteger(whole)) throw outOfRange('interval', text);
    sum.add(whole, fraction, unit);
  }
  if (seen.size === 0 || pending) throw invalidText('interval', text);
  if (ago) sum.negate();
  return sum;
}

/** A number's whole part and its fraction, both with its sign. */
function split(token: string): [whole: number, fraction: number] {
  const sign = token.startsWith('-') ? -1 : 1;
  const [whole = '', fraction = ''] = token.replace(/^[+-]/, '').split('.');
  return [sign * Number(whole || '0'), sign * Number(`0.${fraction || '0'}`)];
}

/** What a number without a unit counts: the last field of the type, otherwise seconds. */
function lastUnit(fields: number): Unit {
  if (fields === ALL_INTERVAL_FIELDS || fields & FIELD.second) return { micros: SECOND };
  if (fields & FIELD.minute) return { micros: MINUTE };
  if (fields & FIELD.hour) return { micros: HOUR };
  if (fields & FIELD.day) return { days: 1 };
  return fields & FIELD.month ? { months: 1 } : { months: 12 };
}

/** `h:m`, `h:m:s`, `m:s` where the fields or a fraction say so. */
function clockMicros(token: string, fields: number, text: string): bigint {
  const negative = token.startsWith('-');
  const parts = token.replace(/^[+-]/, '').split(':');
  if (parts.length === 2 && (parts[1]!.includes('.') || fields === (FIELD.minute | FIELD.second))) parts.unshift('0');
  const [hours, minutes, seconds = '0'] = parts;
  if (Number(minutes) > 59 || Number(seconds) >= 61) throw outOfRange('interval', text);
  const [whole, fraction] = split(seconds);
  const micros =
    BigInt(hours!) * BigInt(HOUR) + BigInt(Number(minutes) * MINUTE + whole * SECOND + Math.round(fraction * SECOND));
  return negative ? -micros : micros;
}

/** ISO 8601, section 4.4.3.2 (with designators) and 4.4.3.3 (alternative). */
function parseIso(trimmed: string, text: string): IntervalSum {
  const sum = new IntervalSum();
  const alternative = /^P(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d(?:\.\d+)?)$/i.exec(trimmed);
  if (alternative) {
    const [years, months, days, hours, minutes] = alternative.slice(1, 6).map(Number) as [
      number,
      number,
      number,
      number,
      number,
    ];
    sum.add(years * 12 + months, 0, { months: 1 });
    sum.add(days, 0, { days: 1 });
    sum.micros += clockMicros(`${hours}:${minutes}:${alternative[6]}`, ALL_INTERVAL_FIELDS, text);
    return sum;
  }
  const [date = '', time, more] = trimmed.slice(1).split(/[tT]/);
  if (more !== undefined || (date === '' && !time) || time === '') throw invalidText('interval', text);
  const add = (part: string, units: Readonly<Record<string, Unit>>) => {
    const rest = part.replace(/([+-]?(?:\d+\.?\d*|\.\d+))([a-z])/gi, (_, number: string, letter: string) => {
      const unit = units[letter.toUpperCase()];
      if (!unit) throw invalidText('interval', text);
      sum.add(...split(number), unit);
      return '';
    });
    if (rest !== '') throw invalidText('interval', text);
  };
  add(date, { Y: { months: 12 }, M: { months: 1 }, W: { days: 7 }, D: { days: 1 } });
  add(time ?? '', { H: { micros: HOUR }, M: { micros: MINUTE }, S: { micros: SECOND } });
  return sum;
}

/** What a type with fields or a precision keeps of an interval. */
export function cutInterval(value: IntervalValue, fields: number, precision: number): IntervalValue {
  let { months, days, micros } = value;
  const cut = (unit: number) => {
    micros -= micros % BigInt(unit);
  };
  if (fields !== ALL_INTERVAL_FIELDS) {
    if (fields === FIELD.year) months -= months % 12;
    if (!(fields & (FIELD.day | FIELD.hour | FIELD.minute | FIELD.second))) days = 0;
    if (!(fields & (FIELD.hour | FIELD.minute | FIELD.second))) micros = 0n;
    else if (!(fields & FIELD.second)) cut(fields & FIELD.minute ? MINUTE : HOUR);
  }
  if (precision < 6) {
    const unit = 10n ** BigInt(6 - precision);
    const half = micros < 0n ? -unit / 2n : unit / 2n;
    micros = ((micros + half) / unit) * unit;
  }
  // Adding 0 turns the -0 of a negation into 0.
  return { months: months + 0, days: days + 0, micros };
}
