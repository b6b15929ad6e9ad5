import { DATE, type DataType, INT64, type LiteralValue, VARCHAR } from '../types/index.ts';

/** What writers put where a partition key is null. */
const NULL_VALUE = '__HIVE_DEFAULT_PARTITION__';

/** The `key=value` folders of a path, in order; values decoded, null for the name that stands for it. */
export function hivePartitions(path: string): Map<string, string | null> {
  const partitions = new Map<string, string | null>();
  const folders = path.split('/').slice(0, -1);
  for (const folder of folders) {
    const equals = folder.indexOf('=');
    if (equals < 1) continue;
    const value = folder.slice(equals + 1);
    partitions.set(decode(folder.slice(0, equals)), value === NULL_VALUE ? null : decode(value));
  }
  return partitions;
}

/**
 * The keys that every path has, in the same order; none when paths disagree, because then the folders mean something
 * else.
 */
export function commonPartitionKeys(paths: readonly string[]): string[] {
  if (paths.length === 0) return [];
  const keys = [...hivePartitions(paths[0]!).keys()];
  const agree = paths.every((path) => {
    const others = [...hivePartitions(path).keys()];
    return others.length === keys.length && others.every((key, i) => key === keys[i]);
  });
  return agree ? keys : [];
}

/**
 * The first of bigint, date and varchar that all values can be read as, so that none loses anything: numbers with leading
 * zeros are text. Nulls fit every type.
 */
export function sniffPartitionType(values: Iterable<string | null>): DataType {
  const texts = [...values].filter((value) => value !== null);
  if (texts.length === 0) return VARCHAR;
  if (texts.every((text) => parsePartitionValue(INT64, text)?.toString() === text)) return INT64;
  return texts.every((text) => parsePartitionValue(DATE, text) !== undefined) ? DATE : VARCHAR;
}

/** The value of a folder name in a type; undefined when it is none of that type. */
export function parsePartitionValue(type: DataType, text: string): LiteralValue | undefined {
  switch (type.id) {
    case 'varchar':
      return text;
    case 'boolean':
      return /^true$/i.test(text) ? true : /^false$/i.test(text) ? false : undefined;
    case 'int8':
    case 'int16':
    case 'int32':
    case 'int64':
    case 'uint8':
    case 'uint16':
    case 'uint32':
    case 'uint64':
      return parseInteger(type.id, text);
    case 'float32':
    case 'float64': {
      const value = text.trim() === '' ? Number.NaN : Number(text);
      return Number.isNaN(value) ? undefined : type.id === 'float32' ? Math.fround(value) : value;
    }
    case 'date':
      return parseDays(text);
    case 'timestamp': {
      const days = /^\d{4}-\d{2}-\d{2}$/.test(text) ? parseDays(text) : undefined;
      return days === undefined ? parseMicros(text) : BigInt(days) * 86_400_000_000n;
    }
    default:
      return undefined;
  }
}

function parseInteger(id: string, text: string): number | bigint | undefined {
  if (!/^[+-]?\d{1,20}$/.test(text)) return undefined;
  const value = BigInt(text.replace('+', ''));
  const bits = Number(id.replace(/\D+/, ''));
  const fits = id.startsWith('u') ? BigInt.asUintN(bits, value) === value : BigInt.asIntN(bits, value) === value;
  if (!fits) return undefined;
  return bits === 64 || id === 'uint32' ? value : Number(value);
}

function parseDays(text: string): number | undefined {
  const match = /^(\d{4})-(\d{1,2})-(\d{1,2})$/.exec(text);
  if (!match) return undefined;
  const [year, month, day] = [Number(match[1]), Number(match[2]), Number(match[3])];
  const time = new Date(0);
  time.setUTCFullYear(year, month - 1, day);
  if (time.getUTCMonth() !== month - 1 || time.getUTCDate() !== day) return undefined;
  return time.getTime() / 86_400_000;
}

function parseMicros(text: string): bigint | undefined {
  const match = /^(\d{4}-\d{1,2}-\d{1,2})[ T](\d{1,2}):(\d{2}):(\d{2})(?:\.(\d{1,6}))?$/.exec(text);
  const days = match ? parseDays(match[1]!) : undefined;
  if (!match || days === undefined) return undefined;
  const [hours, minutes, seconds] = [Number(match[2]), Number(match[3]), Number(match[4])];
  if (hours > 23 || minutes > 59 || seconds > 59) return undefined;
  const micros = BigInt((match[5] ?? '').padEnd(6, '0'));
  return BigInt(days) * 86_400_000_000n + BigInt(hours * 3600 + minutes * 60 + seconds) * 1_000_000n + micros;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
