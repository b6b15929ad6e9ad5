import {
  DateDay,
  Field,
  Int16,
  Int32,
  Int64,
  makeData,
  RecordBatch,
  Schema,
  Struct,
  Table,
  TimestampMicrosecond,
  Utf8,
} from 'apache-arrow';
import { rowBigInt, rowInteger, rowRandom, rowRank } from '../engines/row-random.ts';
import { pageTitle, pageUrl, phoneModel, searchPhrase } from './hits-text.ts';

/** Rows at scale factor 1; the published data set has a hundred times as many. */
const ROWS = 1_000_000;

/** Numbers of the published data set (github.com/ClickHouse/ClickBench), as shares of its rows where they grow with them. */
const COUNTERS = 6_500;
const REGIONS = 9_040;
const SHARE_OF_USERS = 0.18;
const SHARE_OF_PHRASES = 0.06;
const SHARE_OF_PAGES = 0.35;
const SHARE_WITH_PHRASE = 0.13;
const SHARE_WITH_PHONE = 0.056;
const SHARE_WITH_ADVERTISER = 0.0063;
const SHARE_WITH_REFERER = 0.81;

const FIRST_DAY = Date.UTC(2013, 6, 1) / 86_400_000;
const DAYS = 31;
const SECONDS_PER_DAY = 86_400;
const MICROSECONDS = 1_000_000n;

/** The counter that a third of the queries look at, and its place among the counters by size. */
const POPULAR_COUNTER = 62;
const POPULAR_RANK = 15;
/** What queries look for: a user, and a page and a referer of the popular counter. */
const KNOWN_USER = 435_090_932_899_640_449n;
const KNOWN_URL_HASH = 2_868_770_270_353_813_622n;
const KNOWN_REFERER_HASH = 3_594_120_000_172_545_465n;

const SCREEN_WIDTHS = [1_366, 1_280, 1_920, 1_024, 1_600, 1_440, 320, 1_680, 768, 0];
const TRAFFIC_SOURCES = [-1, 0, 1, 2, 3, 4, 5, 6, 7, 9];

const STREAM = {
  user: 1,
  userId: 2,
  clientIp: 3,
  region: 4,
  hasPhone: 5,
  hasPhrase: 6,
  phrase: 7,
  searchEngine: 8,
  advertiser: 9,
  page: 10,
  hasReferer: 11,
  referer: 12,
  second: 13,
  flags: 14,
  screen: 15,
  window: 16,
  watch: 17,
  urlHash: 18,
  refererHash: 19,
  source: 20,
} as const;

/** Rows of `hits` at a scale factor: a million times it. */
export function numHits(scaleFactor: number): number {
  return Math.max(1, Math.round(ROWS * scaleFactor));
}

/** What a row is about, from which its columns follow. */
interface Hit {
  readonly row: number;
  readonly rank: number;
  readonly day: number;
  readonly user: number;
  readonly page: number;
  /** The page it came from; -1 for none. */
  readonly referer: number;
  /** -1 for none. */
  readonly phrase: number;
}

function hitAt(row: number, numRows: number): Hit {
  // Counters lie one after the other, each as large as its rank says, and a counter's rows are in the order of days.
  const position = row / numRows;
  const rank = Math.floor(COUNTERS ** position);
  const from = Math.log(rank) / Math.log(COUNTERS);
  const to = Math.log(rank + 1) / Math.log(COUNTERS);
  const numPages = Math.max(1, Math.round((to - from) * numRows * SHARE_OF_PAGES));
  const numUsers = Math.max(1, Math.round(numRows * SHARE_OF_USERS));
  const numPhrases = Math.max(1, Math.round(numRows * SHARE_OF_PHRASES));
  const hasPhrase = rowRandom(STREAM.hasPhrase, row) < SHARE_WITH_PHRASE;
  const hasReferer = rowRandom(STREAM.hasReferer, row) < SHARE_WITH_REFERER;
  return {
    row,
    rank,
    day: Math.min(DAYS - 1, Math.floor((DAYS * (position - from)) / (to - from))),
    user: Math.floor(rowRandom(STREAM.user, row) ** 1.5 * numUsers),
    page: Math.floor(rowRandom(STREAM.page, row) ** 3 * numPages),
    referer: hasReferer ? Math.floor(rowRandom(STREAM.referer, row) ** 3 * numPages) : -1,
    phrase: hasPhrase ? Math.floor(rowRandom(STREAM.phrase, row) ** 2.5 * numPhrases) : -1,
  };
}

/** A number for a page among those of all counters. */
function pageId({ rank }: Hit, page: number): number {
  return rank * 1_000_003 + page;
}

function counterId({ rank }: Hit): number {
  return rank < POPULAR_RANK ? rank * 4 : POPULAR_COUNTER + (rank - POPULAR_RANK) * 37;
}

function flag(hit: Hit, bit: number, share: number): number {
  return rowRandom(STREAM.flags + 100 * (bit + 1), hit.row) < share ? 1 : 0;
}

function secondsOf(hit: Hit): bigint {
  return BigInt((FIRST_DAY + hit.day) * SECONDS_PER_DAY + rowInteger(STREAM.second, hit.row, SECONDS_PER_DAY));
}

function searchEngineOf(hit: Hit): number {
  return hit.phrase < 0 ? 0 : 1 + rowRank(STREAM.searchEngine, hit.row, 95);
}

function advertiserOf({ row }: Hit): number {
  return rowRandom(STREAM.advertiser, row) < SHARE_WITH_ADVERTISER
    ? 2 + rowRank(STREAM.advertiser + 1_000, row, 18)
    : 0;
}

function hasPhone({ user }: Hit): boolean {
  return rowRandom(STREAM.hasPhone, user) < SHARE_WITH_PHONE;
}

function urlHash(hit: Hit): bigint {
  const isKnown = hit.rank === POPULAR_RANK && hit.page === 0;
  return isKnown ? KNOWN_URL_HASH : rowBigInt(STREAM.urlHash, pageId(hit, hit.page));
}

function refererHash(hit: Hit): bigint {
  if (hit.referer < 0) return 0n;
  const isKnown = hit.rank === POPULAR_RANK && hit.referer === 0;
  return isKnown ? KNOWN_REFERER_HASH : rowBigInt(STREAM.refererHash, pageId(hit, hit.referer));
}

type Column =
  | { readonly kind: 'int16' | 'int32' | 'date'; readonly value: (hit: Hit) => number }
  | { readonly kind: 'int64' | 'timestamp'; readonly value: (hit: Hit) => bigint }
  | { readonly kind: 'text'; readonly value: (hit: Hit) => string };

const ARROW_TYPES = {
  int16: new Int16(),
  int32: new Int32(),
  date: new DateDay(),
  int64: new Int64(),
  timestamp: new TimestampMicrosecond(),
  text: new Utf8(),
} as const;

const int16 = (value: (hit: Hit) => number): Column => ({ kind: 'int16', value });
const int32 = (value: (hit: Hit) => number): Column => ({ kind: 'int32', value });
const int64 = (value: (hit: Hit) => bigint): Column => ({ kind: 'int64', value });
const utf8 = (value: (hit: Hit) => string): Column => ({ kind: 'text', value });

/** The columns that the queries use, with the types of ClickBench's table for PostgreSQL. */
const COLUMNS: Readonly<Record<string, Column>> = {
  watchid: int64(({ row }) => rowBigInt(STREAM.watch, row)),
  title: utf8((hit) => pageTitle(pageId(hit, hit.page >> 1))),
  eventtime: { kind: 'timestamp', value: (hit) => secondsOf(hit) * MICROSECONDS },
  eventdate: { kind: 'date', value: ({ day }) => FIRST_DAY + day },
  counterid: int32(counterId),
  clientip: int32(({ user, row }) => rowInteger(STREAM.clientIp, user * 4 + (row & 1), 2 ** 32) | 0),
  regionid: int32(({ user }) => 1 + rowRank(STREAM.region, user, REGIONS)),
  userid: int64(({ user }) => (user === 0 ? KNOWN_USER : rowBigInt(STREAM.userId, user))),
  url: utf8((hit) => pageUrl(hit.rank, pageId(hit, hit.page))),
  referer: utf8((hit) =>
    hit.referer < 0 ? '' : pageUrl(rowRank(STREAM.source, hit.row, 50), pageId(hit, hit.referer)),
  ),
  isrefresh: int16((hit) => flag(hit, 0, 0.11)),
  resolutionwidth: int16(({ user }) => SCREEN_WIDTHS[rowRank(STREAM.screen, user, SCREEN_WIDTHS.length)]!),
  windowclientwidth: int16(({ user }) => 300 + rowInteger(STREAM.window, user, 1_600)),
  windowclientheight: int16(({ user }) => 200 + rowInteger(STREAM.window + 1_000, user, 800)),
  mobilephone: int16((hit) => (hasPhone(hit) ? 1 + (phoneModel(hit.user).length % 70) : 0)),
  mobilephonemodel: utf8((hit) => (hasPhone(hit) ? phoneModel(hit.user) : '')),
  traficsourceid: int16(({ row }) => TRAFFIC_SOURCES[rowRank(STREAM.source + 1_000, row, TRAFFIC_SOURCES.length)]!),
  searchengineid: int16(searchEngineOf),
  searchphrase: utf8(({ phrase }) => (phrase < 0 ? '' : searchPhrase(phrase))),
  advengineid: int16(advertiserOf),
  islink: int16((hit) => flag(hit, 1, 0.06)),
  isdownload: int16((hit) => flag(hit, 2, 0.004)),
  dontcounthits: int16((hit) => flag(hit, 3, 0.07)),
  refererhash: int64(refererHash),
  urlhash: int64(urlHash),
};

const SCHEMA = new Schema(Object.entries(COLUMNS).map(([name, { kind }]) => new Field(name, ARROW_TYPES[kind], false)));

/**
 * Rows of `hits`, a table made after ClickBench's: the columns that its queries use, with about the numbers of different
 * values, the skew and the share of empty texts of the published one, in its order (counter, then day). Half of the text is
 * Cyrillic. The same arguments always give the same rows.
 */
export function hitsRows(start: number, count: number, numRows: number): Table {
  const hits = Array.from({ length: count }, (_, index) => hitAt(start + index, numRows));
  const children = Object.values(COLUMNS).map((column) => columnData(column, hits));
  const struct = makeData({ type: new Struct(SCHEMA.fields), length: count, nullCount: 0, children });
  return new Table([new RecordBatch(SCHEMA, struct)]);
}

function columnData(column: Column, hits: readonly Hit[]) {
  const common = { length: hits.length, nullCount: 0 };
  const { int16, int32, date, int64, timestamp } = ARROW_TYPES;
  switch (column.kind) {
    case 'int16':
      return makeData({ ...common, type: int16, data: Int16Array.from(hits, column.value) });
    case 'int32':
      return makeData({ ...common, type: int32, data: Int32Array.from(hits, column.value) });
    case 'date':
      return makeData({ ...common, type: date, data: Int32Array.from(hits, column.value) });
    case 'int64':
      return makeData({ ...common, type: int64, data: BigInt64Array.from(hits, column.value) });
    case 'timestamp':
      return makeData({ ...common, type: timestamp, data: BigInt64Array.from(hits, column.value) });
    case 'text':
      return textData(hits.map(column.value));
  }
}

function textData(texts: readonly string[]) {
  const encoder = new TextEncoder();
  const offsets = new Int32Array(texts.length + 1);
  const maxBytes = texts.reduce((sum, text) => sum + text.length * 3, 0);
  const bytes = new Uint8Array(maxBytes);
  let end = 0;
  texts.forEach((text, row) => {
    end += encoder.encodeInto(text, bytes.subarray(end)).written;
    offsets[row + 1] = end;
  });
  const data = bytes.subarray(0, end);
  return makeData({ type: new Utf8(), length: texts.length, nullCount: 0, valueOffsets: offsets, data });
}
