import {
  type DataType,
  isFloat,
  isInteger,
  isNumeric,
  type ListType,
  type StructType,
  sameType,
  type TypeId,
} from '../../types/index.ts';

/**
 * - `implicit`: done wherever the type is expected.
 * - `assignment`: done when a value is stored into a column of the type.
 * - `explicit`: done when CAST asks for it.
 * - `no`: there is no such cast.
 */
export type CastRule = 'implicit' | 'assignment' | 'explicit' | 'no';

/** The integer types whose every value each integer type can hold. */
const WIDER_INTEGERS: Readonly<Partial<Record<TypeId, readonly TypeId[]>>> = {
  int8: ['int16', 'int32', 'int64'],
  int16: ['int32', 'int64'],
  int32: ['int64'],
  int64: [],
  uint8: ['int16', 'int32', 'int64', 'uint16', 'uint32', 'uint64'],
  uint16: ['int32', 'int64', 'uint32', 'uint64'],
  uint32: ['int64', 'uint64'],
  uint64: [],
};

/** Casts between other types, as `pg_cast` has them (PostgreSQL 18); what is not listed does not exist. */
const RULES: Readonly<Partial<Record<TypeId, Readonly<Partial<Record<TypeId, CastRule>>>>>> = {
  date: { timestamp: 'implicit', timestamptz: 'implicit' },
  time: { interval: 'implicit' },
  timestamp: { date: 'assignment', time: 'assignment', timestamptz: 'implicit' },
  timestamptz: { date: 'assignment', time: 'assignment', timestamp: 'assignment' },
  interval: { time: 'assignment' },
  uuid: { bytea: 'explicit' },
  bytea: { uuid: 'explicit' },
  json: { jsonb: 'assignment' },
  jsonb: { json: 'assignment' },
};

/** Types that text can be read as, and that can be written as text. */
const TEXT_CONVERTIBLE: ReadonlySet<TypeId> = new Set<TypeId>([
  'boolean',
  'int8',
  'int16',
  'int32',
  'int64',
  'uint8',
  'uint16',
  'uint32',
  'uint64',
  'float32',
  'float64',
  'decimal',
  'bytea',
  'uuid',
  'json',
  'jsonb',
  'date',
  'time',
  'timestamp',
  'timestamptz',
  'interval',
]);

/**
 * Whether and where PostgreSQL converts one type to another. Text converts to anything only on request (a quoted literal has
 * the type that its place asks for, which is the binder's matter), and anything to text by assignment. Types that PostgreSQL
 * lacks (8-bit and unsigned integers) follow the same idea: implicit when no value can be lost.
 */
export function canCast(from: DataType, to: DataType): CastRule {
  if (sameType(from, to) || from.id === 'null') return 'implicit';
  if (isInteger(from)) return integerRule(from, to);
  if (from.id === 'decimal') return decimalRule(to);
  if (isFloat(from)) return floatRule(from, to);
  if (from.id === 'boolean') return isInteger(to) ? 'explicit' : to.id === 'varchar' ? 'assignment' : 'no';
  if (from.id === 'varchar' && to.id === 'list') return canRead(to.element) ? 'explicit' : 'no';
  if (from.id === 'varchar') return TEXT_CONVERTIBLE.has(to.id) ? 'explicit' : 'no';
  if (from.id === 'list' || from.id === 'struct') return nestedRule(from, to);
  if (from.id === 'jsonb' && (to.id === 'boolean' || isNumeric(to))) return 'explicit';
  if (to.id === 'varchar') return TEXT_CONVERTIBLE.has(from.id) ? 'assignment' : 'no';
  return RULES[from.id]?.[to.id] ?? 'no';
}

/** Whether text can be read as a type. */
function canRead(type: DataType): boolean {
  return type.id === 'varchar' || (type.id === 'list' ? canRead(type.element) : TEXT_CONVERTIBLE.has(type.id));
}

/** From the one that is done nowhere to the one that is done everywhere. */
const BY_REACH: readonly CastRule[] = ['no', 'explicit', 'assignment', 'implicit'];

/** Arrays and rows convert as their parts do, and to text where all of these do. */
function nestedRule(from: ListType | StructType, to: DataType): CastRule {
  const parts = partsOf(from);
  const rules = parts.map((part, i): CastRule => {
    if (to.id === 'varchar') return canCast(part, to) === 'no' ? 'no' : 'assignment';
    const target = to.id === from.id ? partsOf(to as ListType | StructType) : [];
    return target.length === parts.length ? canCast(part, target[i]!) : 'no';
  });
  if (parts.length === 0) return to.id === 'varchar' ? 'assignment' : 'no';
  return BY_REACH[Math.min(...rules.map((rule) => BY_REACH.indexOf(rule)))]!;
}

function partsOf(type: ListType | StructType): readonly DataType[] {
  return type.id === 'list' ? [type.element] : type.fields.map((field) => field.type);
}

function integerRule(from: DataType, to: DataType): CastRule {
  if (isInteger(to)) return WIDER_INTEGERS[from.id]!.includes(to.id) ? 'implicit' : 'assignment';
  if (to.id === 'decimal' || isFloat(to)) return 'implicit';
  if (to.id === 'boolean') return 'explicit';
  return to.id === 'varchar' ? 'assignment' : 'no';
}

function decimalRule(to: DataType): CastRule {
  if (to.id === 'decimal' || isFloat(to)) return 'implicit';
  return isInteger(to) || to.id === 'varchar' ? 'assignment' : 'no';
}

function floatRule(from: DataType, to: DataType): CastRule {
  if (isFloat(to)) return from.id === 'float32' ? 'implicit' : 'assignment';
  return isInteger(to) || to.id === 'decimal' || to.id === 'varchar' ? 'assignment' : 'no';
}
