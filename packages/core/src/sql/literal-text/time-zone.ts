import { QueryError } from '../../error/index.ts';

const DAY_MICROS = 86_400_000_000n;

/** Hours east of Greenwich of the abbreviations that PostgreSQL's default set knows best. */
const ABBREVIATIONS: Readonly<Record<string, number>> = {
  utc: 0,
  ut: 0,
  gmt: 0,
  z: 0,
  zulu: 0,
  wet: 0,
  west: 1,
  bst: 1,
  cet: 1,
  cest: 2,
  met: 1,
  eet: 2,
  eest: 3,
  ist: 2,
  msk: 3,
  jst: 9,
  kst: 9,
  awst: 8,
  acst: 9.5,
  acdt: 10.5,
  aest: 10,
  aedt: 11,
  nzst: 12,
  nzdt: 13,
  nst: -3.5,
  ndt: -2.5,
  ast: -4,
  adt: -3,
  est: -5,
  edt: -4,
  cst: -6,
  cdt: -5,
  mst: -7,
  mdt: -6,
  pst: -8,
  pdt: -7,
  akst: -9,
  akdt: -8,
  hst: -10,
};

const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(zone: string): Intl.DateTimeFormat {
  let format = formats.get(zone);
  if (!format) {
    try {
      format = new Intl.DateTimeFormat('en-US', {
        timeZone: zone,
        hourCycle: 'h23',
        era: 'short',
        year: 'numeric',
        month: 'numeric',
        day: 'numeric',
        hour: 'numeric',
        minute: 'numeric',
        second: 'numeric',
      });
    } catch (cause) {
      throw new QueryError('INVALID_LITERAL', `The time zone "${zone}" is not known.`, {
        cause,
        details: { timeZone: zone },
        hint: 'Use a name such as Europe/Berlin, or an offset such as +02:00.',
      });
    }
    formats.set(zone, format);
  }
  return format;
}

/** Microseconds east of Greenwich that a zone of the IANA database is at an instant. */
function zoneOffset(zone: string, utcMicros: bigint): bigint {
  const millis = Number(floorDivide(utcMicros, 1_000_000n)) * 1000;
  // Instants that JavaScript cannot name are taken for the nearest that it can.
  const date = new Date(Math.max(-8.64e15, Math.min(8.64e15, millis)));
  const parts: Record<string, string> = {};
  for (const { type, value } of formatOf(zone).formatToParts(date)) parts[type] = value;
  const year = parts['era'] === 'BC' ? 1 - Number(parts['year']) : Number(parts['year']);
  const days = daysFromCivil(year, Number(parts['month']), Number(parts['day']));
  const seconds = Number(parts['hour']) * 3600 + Number(parts['minute']) * 60 + Number(parts['second']);
  return BigInt(days * 86_400 + seconds - date.getTime() / 1000) * 1_000_000n;
}

function floorDivide(a: bigint, b: bigint): bigint {
  const quotient = a / b;
  return a % b < 0n ? quotient - 1n : quotient;
}

/** Days from 1970-01-01 to a date of the proleptic Gregorian calendar; year 0 is 1 BC. */
export function daysFromCivil(year: number, month: number, day: number): number {
  // http://howardhinnant.github.io/date_algorithms.html#days_from_civil
  const y = month <= 2 ? year - 1 : year;
  const era = Math.floor(y / 400);
  const yearOfEra = y - era * 400;
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * 146_097 + dayOfEra - 719_468;
}

/**
 * Microseconds east of Greenwich for a time on the clock of a zone: a name of the IANA database or an abbreviation. An hour
 * that the clock skips, or shows twice, is taken in standard time, as PostgreSQL does. Throws INVALID_LITERAL for an unknown
 * zone.
 */
export function offsetOfLocalTime(zone: string, localMicros: bigint): bigint {
  const hours = ABBREVIATIONS[zone.toLowerCase()];
  if (hours !== undefined) return BigInt(hours * 3600) * 1_000_000n;
  const before = zoneOffset(zone, localMicros - DAY_MICROS);
  const after = zoneOffset(zone, localMicros + DAY_MICROS);
  if (before === after) return before;
  // A skipped hour exists in neither offset, an hour shown twice in both.
  return zoneOffset(zone, localMicros - after) === after ? after : before;
}

/** Whether a text is the name or the abbreviation of a zone. */
export function isTimeZone(text: string): boolean {
  if (ABBREVIATIONS[text.toLowerCase()] !== undefined) return true;
  try {
    formatOf(text);
    return true;
  } catch {
    return false;
  }
}

/** What the clock of a zone shows at an instant: microseconds since 1970-01-01 00:00 of that clock. */
export function localMicros(utcMicros: bigint, zone: string): bigint {
  const hours = ABBREVIATIONS[zone.toLowerCase()];
  return utcMicros + (hours !== undefined ? BigInt(hours * 3600) * 1_000_000n : zoneOffset(zone, utcMicros));
}
