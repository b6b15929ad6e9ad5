import { invalidText, outOfRange } from './text-error.ts';
import { daysFromCivil, isTimeZone, localMicros, offsetOfLocalTime } from './time-zone.ts';

/** What the words `now` and `today` and a time without a zone depend on. */
export interface TextContext {
  /** Microseconds since 1970-01-01 UTC when the query started. */
  readonly startedMicros: bigint;
  /** IANA name of the session's time zone. */
  readonly timeZone: string;
}

const DAY_MICROS = 86_400_000_000n;
const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const FULL_MONTHS = [
  ...['january', 'february', 'march', 'april', 'may', 'june', 'july', 'august'],
  ...['september', 'october', 'november', 'december'],
];
const WEEKDAY = /^(?:sun|mon|tue|tues|wed|weds|thu|thur|thurs|fri|sat|(?:sun|mon|tues|wednes|thurs|fri|satur)day)$/;
const LAST_DAY = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/** PostgreSQL's ranges: 4713 BC to 5874897 AD for dates, to 294276 AD for timestamps. */
const FIRST_DAY = daysFromCivil(-4713, 11, 24);
const LAST_DATE = daysFromCivil(5_874_897, 12, 31);
const END_OF_TIMESTAMPS = daysFromCivil(294_277, 1, 1);

/** The parts of a date and time as they were found. */
interface Moment {
  /** Days since 1970-01-01; undefined when there was only a time. */
  days: number | undefined;
  /** Microseconds since midnight; undefined when there was only a date. */
  micros: bigint | undefined;
  /** Microseconds east of Greenwich, or the name of a zone. */
  zone: bigint | string | undefined;
  /** `now`: the instant itself. */
  instant?: bigint;
}

const TOKEN = new RegExp(
  [
    String.raw`(?<time>\d{1,2}:\d{1,2}(?::\d{1,2}(?:[.,]\d*)?)?)`,
    String.raw`(?<zone>[a-z]+(?:/[a-z_+\-\d]+)+)`,
    String.raw`(?<date>(?:\d+|[a-z]{3,9})(?<delimiter>[-/.])(?:\d+|[a-z]{3,9})(?:\k<delimiter>\d+)?)`,
    String.raw`(?<offset>[+-]\s*\d{1,4}(?::\d{1,2}){0,2})`,
    String.raw`(?<number>\d+(?:\.\d+)?)`,
    String.raw`(?<word>[a-z]+)`,
    String.raw`[\s,;@]+`,
  ].join('|'),
  'iy',
);

/** Reads all fields of a text; `typeName` is for errors. */
class MomentReader {
  readonly #text: string;
  readonly #typeName: string;
  readonly #context: TextContext;
  readonly #moment: Moment = { days: undefined, micros: undefined, zone: undefined };
  #numbers: string[] = [];
  #month: number | undefined;
  #afterT = false;
  #bc = false;
  #meridiem: 'am' | 'pm' | undefined;
  /** Year, month and day, until all tokens are seen: BC comes last. */
  #civil: readonly [year: number, month: number, day: number] | undefined;

  constructor(text: string, typeName: string, context: TextContext) {
    this.#text = text;
    this.#typeName = typeName;
    this.#context = context;
  }

  read(): Moment {
    const trimmed = this.#text.trim();
    if (trimmed === '') throw this.#invalid();
    TOKEN.lastIndex = 0;
    for (let end = 0; end < trimmed.length; end = TOKEN.lastIndex) {
      TOKEN.lastIndex = end;
      const match = TOKEN.exec(trimmed);
      if (!match) throw this.#invalid();
      const { time, zone, date, offset, number, word } = match.groups!;
      if (time) this.#setTime(time);
      else if (zone) this.#setZone(zone);
      else if (date) this.#setDate(date.toLowerCase());
      else if (offset) this.#setOffset(offset.replace(/\s/g, ''));
      else if (number) this.#setNumber(number);
      else if (word) this.#setWord(word.toLowerCase(), word);
    }
    this.#finishDate();
    this.#finishTime();
    const moment = this.#moment;
    if (moment.days === undefined && moment.micros === undefined && moment.instant === undefined) throw this.#invalid();
    return moment;
  }

  #invalid(): Error {
    return invalidText(this.#typeName, this.#text);
  }

  #range(): Error {
    return outOfRange(this.#typeName, this.#text);
  }

  #setTime(token: string): void {
    if (this.#moment.micros !== undefined) throw this.#invalid();
    const [hours = '', minutes = '', seconds = '0'] = token.replace(',', '.').split(':');
    const micros = Math.round(Number(seconds) * 1e6);
    const late = Number(hours) === 24 && (Number(minutes) > 0 || micros > 0);
    if (Number(hours) > 24 || Number(minutes) > 59 || micros > 60e6 || late) throw this.#range();
    this.#moment.micros = BigInt(Number(hours) * 3600 + Number(minutes) * 60) * 1_000_000n + BigInt(micros);
  }

  #setZone(name: string): void {
    if (this.#moment.zone !== undefined || !isTimeZone(name)) throw this.#invalid();
    this.#moment.zone = name;
  }

  #setOffset(token: string): void {
    const digits = token.slice(1).split(':');
    if (this.#moment.zone !== undefined || this.#moment.micros === undefined) {
      // `UTC+2` is a zone with a sign that POSIX reads the other way round; nobody means that.
      throw this.#invalid();
    }
    if (digits.length === 1 && digits[0]!.length > 2)
      digits.splice(0, 1, digits[0]!.slice(0, -2), digits[0]!.slice(-2));
    const [hours = 0, minutes = 0, seconds = 0] = digits.map(Number);
    if (hours > 15 || minutes > 59 || seconds > 59) throw this.#range();
    const offset = BigInt(hours * 3600 + minutes * 60 + seconds) * 1_000_000n;
    this.#moment.zone = token.startsWith('-') ? -offset : offset;
  }

  #setDate(token: string): void {
    if (this.#civil || this.#moment.days !== undefined) throw this.#invalid();
    const parts = token.split(/[-/.]/);
    const named = parts.findIndex((part) => /^[a-z]/.test(part));
    if (named >= 0) {
      const month = monthNumber(parts[named]!);
      if (month === undefined) throw this.#invalid();
      this.#month = month;
      this.#numbers.push(...parts.filter((_, i) => i !== named));
      return;
    }
    const [first = '', second = '', third] = parts;
    if (third === undefined) {
      // Year and day of the year.
      if (first.length < 4 || second.length !== 3) throw this.#invalid();
      const days = daysFromCivil(Number(first), 1, 1) + Number(second) - 1;
      if (Number(second) < 1 || days >= daysFromCivil(Number(first) + 1, 1, 1)) throw this.#range();
      this.#moment.days = days;
    } else if (first.length > 2) this.#civil = [Number(first), Number(second), Number(third)];
    // DateStyle MDY.
    else this.#civil = [fullYear(third), Number(first), Number(second)];
  }

  #setNumber(token: string): void {
    const haveDate = this.#civil !== undefined || this.#moment.days !== undefined;
    const [whole = '', fraction] = token.split('.');
    if ((this.#afterT || haveDate || this.#typeName === 'time') && (whole.length === 6 || whole.length === 4)) {
      const seconds = whole.length === 6 ? whole.slice(4) : '00';
      this.#setTime(`${whole.slice(0, 2)}:${whole.slice(2, 4)}:${seconds}${fraction ? `.${fraction}` : ''}`);
    } else if (fraction !== undefined) throw this.#invalid();
    else if (whole.length === 8 && !haveDate && this.#month === undefined) {
      this.#civil = [Number(whole.slice(0, 4)), Number(whole.slice(4, 6)), Number(whole.slice(6))];
    } else if (whole.length === 6 && !haveDate && this.#month === undefined) {
      this.#civil = [fullYear(whole.slice(0, 2)), Number(whole.slice(2, 4)), Number(whole.slice(4))];
    } else this.#numbers.push(whole);
  }

  #setWord(word: string, written: string): void {
    const month = monthNumber(word);
    const moment = this.#moment;
    if (month !== undefined && this.#month === undefined && !this.#civil) this.#month = month;
    else if (word === 't' || word === 'at' || word === 'on') this.#afterT = word === 't';
    else if (word === 'bc' || word === 'ad') this.#bc = word === 'bc';
    else if (word === 'am' || word === 'pm') this.#meridiem = word;
    else if (WEEKDAY.test(word)) return;
    else if (word === 'epoch') moment.instant = 0n;
    else if (word === 'now') moment.instant = this.#context.startedMicros;
    else if (word === 'today' || word === 'yesterday' || word === 'tomorrow') {
      const today = floorDays(localMicros(this.#context.startedMicros, this.#context.timeZone));
      moment.days = today + (word === 'today' ? 0 : word === 'tomorrow' ? 1 : -1);
    } else if (word === 'allballs') {
      moment.micros = 0n;
      moment.zone = 0n;
    } else if (word === 'j' && this.#numbers.length === 0) this.#numbers.push('j');
    else if (isTimeZone(written)) this.#setZone(written);
    else throw this.#invalid();
  }

  /** Numbers that stood alone beside a month's name: a day, and a year. */
  #finishDate(): void {
    const numbers = this.#numbers;
    if (numbers[0] === 'j' && numbers.length === 2) {
      this.#moment.days = Number(numbers[1]) - 2_440_588;
    } else if (this.#month !== undefined) {
      if (numbers.length !== 2) throw this.#invalid();
      const yearAt = numbers[0]!.length > 2 ? 0 : 1;
      const day = numbers[1 - yearAt]!;
      if (day.length > 2) throw this.#invalid();
      this.#civil = [fullYear(numbers[yearAt]!), this.#month, Number(day)];
    } else if (numbers.length > 0) throw this.#invalid();
    if (this.#civil) {
      const [year, month, day] = this.#civil;
      if (year === 0 || month < 1 || month > 12 || day < 1 || day > LAST_DAY[month - 1]!) throw this.#range();
      const astronomical = this.#bc ? 1 - year : year;
      const days = daysFromCivil(astronomical, month, day);
      if (month === 2 && day === 29 && daysFromCivil(astronomical, 3, 1) === days) throw this.#range();
      this.#moment.days = days;
    } else if (this.#bc) throw this.#invalid();
    const { days } = this.#moment;
    if (days !== undefined && (days < FIRST_DAY || days > LAST_DATE)) throw this.#range();
  }

  #finishTime(): void {
    if (!this.#meridiem) return;
    const { micros } = this.#moment;
    const hours = micros === undefined ? 99 : Number(micros / 3_600_000_000n);
    if (hours > 12 || hours < 1) throw this.#range();
    const shift = (this.#meridiem === 'pm' ? 12 : 0) - (hours === 12 ? 12 : 0);
    this.#moment.micros = micros! + BigInt(shift) * 3_600_000_000n;
  }
}

function monthNumber(word: string): number | undefined {
  const short = MONTHS.indexOf(word === 'sept' ? 'sep' : word);
  const index = short >= 0 ? short : FULL_MONTHS.indexOf(word);
  return index < 0 ? undefined : index + 1;
}

/** Two digits are a year from 1970 to 2069. */
function fullYear(digits: string): number {
  const year = Number(digits);
  return digits.length > 2 ? year : year < 70 ? year + 2000 : year + 1900;
}

function floorDays(micros: bigint): number {
  const days = micros / DAY_MICROS;
  return Number(micros % DAY_MICROS < 0n ? days - 1n : days);
}

/** Days since 1970-01-01. A time behind the date is read and dropped. */
export function parseDate(text: string, context: TextContext): number {
  const { days, instant } = new MomentReader(text, 'date', context).read();
  if (instant !== undefined) return floorDays(text.trim() === 'epoch' ? 0n : localMicros(instant, context.timeZone));
  if (days === undefined) throw invalidText('date', text);
  return days;
}

/** Microseconds since 1970-01-01 00:00 on a clock without a zone; a zone in the text is read and dropped. */
export function parseTimestamp(text: string, context: TextContext): bigint {
  const { days, micros, instant } = new MomentReader(text, 'timestamp', context).read();
  if (instant !== undefined) return instant === 0n ? 0n : localMicros(instant, context.timeZone);
  return timestampMicros(days, micros, 'timestamp', text);
}

/** Microseconds since 1970-01-01 00:00 UTC; without a zone in the text the session's holds. */
export function parseTimestampTz(text: string, context: TextContext): bigint {
  const { days, micros, zone, instant } = new MomentReader(text, 'timestamptz', context).read();
  if (instant !== undefined) return instant;
  const local = timestampMicros(days, micros, 'timestamptz', text);
  return local - (typeof zone === 'bigint' ? zone : offsetOfLocalTime(zone ?? context.timeZone, local));
}

function timestampMicros(days: number | undefined, micros: bigint | undefined, typeName: string, text: string): bigint {
  if (days === undefined) throw invalidText(typeName, text);
  if (days >= END_OF_TIMESTAMPS) throw outOfRange(typeName, text);
  return BigInt(days) * DAY_MICROS + (micros ?? 0n);
}

/** Microseconds since midnight, 24:00 included. A date before the time and a zone behind it are read and dropped. */
export function parseTime(text: string, context: TextContext): bigint {
  const { micros, instant } = new MomentReader(text, 'time', context).read();
  if (instant !== undefined && instant !== 0n) {
    const local = localMicros(instant, context.timeZone);
    return local - BigInt(floorDays(local)) * DAY_MICROS;
  }
  if (micros === undefined) throw invalidText('time', text);
  return micros;
}

/** A time of day or an instant with fewer digits in the fraction of its seconds, rounded half away from zero. */
export function roundMicros(micros: bigint, precision: number): bigint {
  if (precision >= 6) return micros;
  const unit = 10n ** BigInt(6 - precision);
  const half = micros < 0n ? -unit / 2n : unit / 2n;
  return ((micros + half) / unit) * unit;
}
