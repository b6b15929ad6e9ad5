import { QueryError, type SourceSpan } from '../../../error/index.ts';
import type { Address, Arena } from '../../../vector/index.ts';
import { ZONE_ABBREVIATIONS } from './zone-abbreviations.ts';

const MS_PER_DAY = 86_400_000;
/** Offsets are sampled this often; two changes that lie closer together and cancel each other are not seen. */
const SAMPLE_DAYS = 14;
/** Before this year every zone has its local mean time. */
const FIRST_YEAR = 1800;
/** Where lists end: the kernels map later times to an earlier cycle of 400 years (kernels/function/zone.ts). */
const END_YEAR = 2437;
const LAST_CYCLE_YEAR = END_YEAR - 400;
const MAX_KEPT_ZONES = 64;

/** The transitions of a zone in linear memory, as the kernels of kernels/function/zone.ts read them. */
export interface ZoneTable {
  /** i64 microseconds UTC; the first is the lowest number. */
  readonly starts: Address;
  /** i32 seconds east of Greenwich, in force from each start on. */
  readonly offsets: Address;
  readonly numStarts: number;
}

/** A zone whose changes are given: starts in milliseconds since 1970-01-01, and the offsets from then on. */
interface ZoneSteps {
  readonly starts: readonly number[];
  readonly offsets: readonly number[];
}

/**
 * Moscow's standard time: the one abbreviation of ours that has had two meanings. It was four hours from 2011-03-27 to
 * 2014-10-26.
 */
const MSK: ZoneSteps = {
  starts: [Number.NEGATIVE_INFINITY, Date.UTC(2011, 2, 26, 23), Date.UTC(2014, 9, 25, 22)],
  offsets: [10_800, 14_400, 10_800],
};

const LEAST_MICROS = -(2n ** 63n);

/** A time zone and its changes, worked out by `Intl` for the years that were asked for, once a thread. */
export class TimeZone {
  readonly name: string;
  readonly #fixedSeconds: number | undefined;
  readonly #format: Intl.DateTimeFormat | undefined;
  /** The years that the list covers: [from, to). */
  #from = 0;
  #to = 0;
  #starts: bigint[] = [];
  #offsets: number[] = [];

  readonly #steps: ZoneSteps | undefined;

  /** `rule`: the offset in seconds at all times, or the changes; without it `Intl` is asked about `name`. */
  constructor(name: string, rule?: number | ZoneSteps) {
    this.name = name;
    this.#fixedSeconds = typeof rule === 'number' ? rule : undefined;
    this.#steps = typeof rule === 'object' ? rule : undefined;
    if (this.#steps) {
      this.#starts = this.#steps.starts.map((ms) => (Number.isFinite(ms) ? BigInt(ms) * 1000n : LEAST_MICROS));
      this.#offsets = [...this.#steps.offsets];
    }
    if (rule === undefined) {
      this.#format = new Intl.DateTimeFormat('en-US', { timeZone: name, timeZoneName: 'longOffset', year: 'numeric' });
    }
  }

  /** The same offset at all times, `undefined` when it changes. */
  get fixedSeconds(): number | undefined {
    return this.#fixedSeconds;
  }

  /** Seconds east of Greenwich at a moment. */
  offsetSeconds(epochMs: number): number {
    if (this.#fixedSeconds !== undefined) return this.#fixedSeconds;
    if (this.#steps) return this.#steps.offsets[this.#steps.starts.findLastIndex((start) => start <= epochMs)]!;
    const shown = this.#format!.format(epochMs);
    const match = /GMT(?:([+-])(\d{2}):(\d{2})(?::(\d{2}))?)?$/.exec(shown);
    if (!match?.[1]) return 0;
    const seconds = Number(match[2]) * 3600 + Number(match[3]) * 60 + Number(match[4] ?? 0);
    return match[1] === '-' ? -seconds : seconds;
  }

  /** The transitions that matter for days (since 1970-01-01) from `firstDay` to `lastDay`. */
  table(arena: Arena, firstDay: number, lastDay: number): ZoneTable {
    if (this.#format) this.#cover(yearOf(firstDay) - 1, yearOf(lastDay) + 2);
    const starts = this.#fixedSeconds === undefined ? this.#starts : [LEAST_MICROS];
    const offsets = this.#fixedSeconds === undefined ? this.#offsets : [this.#fixedSeconds];
    const table = {
      starts: arena.allocate(starts.length * 8),
      offsets: arena.allocate(offsets.length * 4),
      numStarts: starts.length,
    };
    arena.memory.i64.set(starts, table.starts / 8);
    arena.memory.i32.set(offsets, table.offsets / 4);
    return table;
  }

  #cover(wantedFrom: number, wantedTo: number): void {
    const from = clamp(Math.min(wantedFrom, LAST_CYCLE_YEAR), FIRST_YEAR, LAST_CYCLE_YEAR);
    const to = wantedTo > END_YEAR ? END_YEAR : clamp(wantedTo, FIRST_YEAR + 1, END_YEAR);
    if (this.#starts.length > 0 && from >= this.#from && to <= this.#to) return;
    this.#from = this.#starts.length > 0 ? Math.min(from, this.#from) : from;
    this.#to = this.#starts.length > 0 ? Math.max(to, this.#to) : to;
    this.#starts = [LEAST_MICROS];
    let at = Date.UTC(this.#from, 0, 1);
    let offset = this.offsetSeconds(at);
    this.#offsets = [offset];
    const end = Date.UTC(this.#to, 0, 1);
    while (at < end) {
      const next = at + SAMPLE_DAYS * MS_PER_DAY;
      const nextOffset = this.offsetSeconds(next);
      if (nextOffset !== offset) {
        this.#starts.push(BigInt(this.#changeBetween(at, next, offset)) * 1000n);
        this.#offsets.push(nextOffset);
      }
      at = next;
      offset = nextOffset;
    }
  }

  /** The first second after `low` that has another offset than `offset`; `high` has. */
  #changeBetween(low: number, high: number, offset: number): number {
    let before = low / 1000;
    let after = high / 1000;
    while (after - before > 1) {
      const middle = Math.floor((before + after) / 2);
      if (this.offsetSeconds(middle * 1000) === offset) before = middle;
      else after = middle;
    }
    return after * 1000;
  }
}

const clamp = (value: number, low: number, high: number) => Math.max(low, Math.min(high, value));

/** The year of a day, or one beside it. */
const yearOf = (day: number) => 1970 + Math.floor(day / 365.2425);

const zones = new Map<string, TimeZone>();

/**
 * The zone of an IANA name, of an abbreviation that PostgreSQL knows (`EST`), or of a POSIX string (`UTC+3`, `-05:30`), whose sign counts to
 * the west. Upper and lower case are the same. Throws `INVALID_VALUE` for any other name.
 */
export function timeZone(name: string, span?: SourceSpan): TimeZone {
  const key = name.trim().toLowerCase();
  let zone = zones.get(key);
  if (!zone) {
    zone = makeTimeZone(name.trim(), span);
    if (zones.size >= MAX_KEPT_ZONES) zones.clear();
    zones.set(key, zone);
  }
  return zone;
}

/** As {@link timeZone}, `undefined` for a name that is no zone. */
export function findTimeZone(name: string): TimeZone | undefined {
  try {
    return timeZone(name);
  } catch {
    return undefined;
  }
}

const POSIX = /^(?:[a-z]{3,}|<[a-z0-9+-]{3,}>)?([+-]?)(\d{1,2})(?::(\d{2})(?::(\d{2}))?)?$/i;

function makeTimeZone(name: string, span: SourceSpan | undefined): TimeZone {
  const abbreviation = ZONE_ABBREVIATIONS.get(name.toLowerCase());
  if (abbreviation !== undefined) return new TimeZone(name, abbreviation);
  if (/^msk$/i.test(name)) return new TimeZone(name, MSK);
  const posix = POSIX.exec(name);
  if (posix) {
    const west = Number(posix[2]) * 3600 + Number(posix[3] ?? 0) * 60 + Number(posix[4] ?? 0);
    return new TimeZone(name, posix[1] === '-' ? west : -west || 0);
  }
  try {
    return /^etc\/(utc|gmt|uct|zulu)$/i.test(name) ? new TimeZone(name, 0) : new TimeZone(name);
  } catch (cause) {
    throw new QueryError('INVALID_VALUE', `time zone "${name}" not recognized`, {
      span,
      cause,
      hint: 'Use an IANA name such as Europe/Berlin, an abbreviation such as UTC, or an offset such as UTC+3.',
    });
  }
}
