import { type DataType, formatType, type LiteralValue } from '../types/index.ts';
import type { AggregateCall, Expression, FrameBound, SortKey, WindowCall } from './expression.ts';

/** Operators by how tightly they bind, loosest first; anything else is written as a function. */
const INFIX: ReadonlyMap<string, { readonly text: string; readonly level: number }> = new Map(
  [
    ['=', '<>', '<', '<=', '>', '>='],
    ['~~', '!~~', '~~*', '!~~*', '~', '!~', '~*', '!~*', '||', '&', '|', '#', '<<', '>>'],
    ['+', '-'],
    ['*', '/', '%'],
    ['^'],
  ].flatMap((names, i) => names.map((name) => [name, { text: infixText(name), level: 4 + i }] as const)),
);

function infixText(name: string): string {
  return { '~~': 'LIKE', '!~~': 'NOT LIKE', '~~*': 'ILIKE', '!~~*': 'NOT ILIKE' }[name] ?? name;
}

/** The expression as SQL, for plans; names of columns are shown as they are. */
export function formatExpression(expression: Expression): string {
  return format(expression, 0);
}

function format(expression: Expression, level: number): string {
  const wrap = (text: string, own: number) => (own < level ? `(${text})` : text);
  switch (expression.kind) {
    case 'column':
      return expression.name;
    case 'literal':
      return formatLiteral(expression.type, expression.value);
    case 'call': {
      const infix = expression.args.length === 2 ? INFIX.get(expression.name) : undefined;
      if (infix) {
        const [left, right] = expression.args as readonly [Expression, Expression];
        return wrap(`${format(left, infix.level)} ${infix.text} ${format(right, infix.level + 1)}`, infix.level);
      }
      if (expression.args.length === 1 && !/^\w/.test(expression.name)) {
        return wrap(`${expression.name}${format(expression.args[0]!, 9)}`, 9);
      }
      return `${expression.name}(${expression.args.map((arg) => format(arg, 0)).join(', ')})`;
    }
    case 'cast':
      return `${expression.safe ? 'TRY_CAST' : 'CAST'}(${format(expression.arg, 0)} AS ${formatType(expression.type)})`;
    case 'and':
      return wrap(expression.args.map((arg) => format(arg, 2)).join(' AND '), 2);
    case 'or':
      return wrap(expression.args.map((arg) => format(arg, 1)).join(' OR '), 1);
    case 'not':
      return wrap(`NOT ${format(expression.arg, 3)}`, 3);
    case 'is-null':
      return wrap(`${format(expression.arg, 5)} IS ${expression.negated ? 'NOT ' : ''}NULL`, 4);
    case 'coalesce':
      return `COALESCE(${expression.args.map((arg) => format(arg, 0)).join(', ')})`;
    case 'case':
      return [
        'CASE',
        ...expression.branches.map(({ when, then }) => `WHEN ${format(when, 0)} THEN ${format(then, 0)}`),
        ...(expression.otherwise ? [`ELSE ${format(expression.otherwise, 0)}`] : []),
        'END',
      ].join(' ');
    case 'in-list': {
      const { type } = expression.arg;
      const values = expression.values.map((value) => formatLiteral(type, value)).join(', ');
      return wrap(`${format(expression.arg, 5)} ${expression.negated ? 'NOT ' : ''}IN (${values})`, 4);
    }
  }
}

/** `array_agg(DISTINCT x ORDER BY x) FILTER (WHERE y)`. */
export function formatAggregate(call: AggregateCall): string {
  const args = call.args.length === 0 ? '*' : call.args.map(formatExpression).join(', ');
  const filter = call.filter ? ` FILTER (WHERE ${formatExpression(call.filter)})` : '';
  const order = call.orderBy ? ` ORDER BY ${call.orderBy.map(formatSortKey).join(', ')}` : '';
  return `${call.name}(${call.distinct ? 'DISTINCT ' : ''}${args}${order})${filter}`;
}

/**
 * `sum(x) ROWS BETWEEN 1 PRECEDING AND CURRENT ROW`; the default frame is left out. A call that uses fewer than `numOrderKeys` keys of
 * its window says so: `rank() order=1`.
 */
export function formatWindowCall({ call, numOrderKeys: numOwn, frame }: WindowCall, numOrderKeys: number): string {
  const isAggregate = call.args.length > 0 || call.overload.startsWith('count(');
  const text = isAggregate ? formatAggregate(call) : `${call.name}()`;
  const { unit, start, end, exclude } = frame;
  const isDefault =
    unit === 'range' && start.kind === 'partition' && end.kind === 'current-row' && exclude === 'nothing';
  const bounds = `${unit.toUpperCase()} BETWEEN ${formatBound(start, 'PRECEDING')} AND ${formatBound(end, 'FOLLOWING')}`;
  const excluded = exclude === 'nothing' ? '' : ` EXCLUDE ${exclude.replace('-', ' ').toUpperCase()}`;
  return `${text}${numOwn === numOrderKeys ? '' : ` order=${numOwn}`}${isDefault ? '' : ` ${bounds}${excluded}`}`;
}

function formatBound(bound: FrameBound, unbounded: 'PRECEDING' | 'FOLLOWING'): string {
  switch (bound.kind) {
    case 'partition':
      return `UNBOUNDED ${unbounded}`;
    case 'current-row':
      return 'CURRENT ROW';
    case 'count':
      return `${Math.abs(bound.count)} ${bound.count > 0 ? 'FOLLOWING' : 'PRECEDING'}`;
    case 'distance':
      return `${formatExpression(bound.offset)} ${bound.following ? 'FOLLOWING' : 'PRECEDING'}`;
  }
}

/** `x DESC NULLS LAST`; what PostgreSQL takes for granted is left out. */
export function formatSortKey(key: SortKey): string {
  const nulls = key.nullsFirst === key.descending ? '' : ` NULLS ${key.nullsFirst ? 'FIRST' : 'LAST'}`;
  return `${formatExpression(key.expression)}${key.descending ? ' DESC' : ''}${nulls}`;
}

/** A value as a SQL literal. */
function formatLiteral(type: DataType, value: LiteralValue): string {
  if (value === null) return 'NULL';
  switch (type.id) {
    case 'boolean':
      return value ? 'true' : 'false';
    case 'decimal':
      return formatDecimal(value as bigint, type.scale);
    case 'varchar':
    case 'json':
    case 'jsonb':
    case 'uuid':
      return `'${String(value).replaceAll("'", "''")}'`;
    case 'date':
      return `DATE '${isoDate(value as number)}'`;
    case 'time':
      return `TIME '${isoTime(value as bigint)}'`;
    case 'timestamp':
    case 'timestamptz': {
      const micros = value as bigint;
      const day = (micros - (((micros % DAY_MICROS) + DAY_MICROS) % DAY_MICROS)) / DAY_MICROS;
      const text = `${isoDate(Number(day))} ${isoTime(micros - day * DAY_MICROS)}`;
      return type.id === 'timestamp' ? `TIMESTAMP '${text}'` : `TIMESTAMPTZ '${text}+00'`;
    }
    case 'bytea':
      return `'\\x${Array.from(value as Uint8Array, (byte) => byte.toString(16).padStart(2, '0')).join('')}'`;
    case 'interval': {
      const { months, days, micros } = value as { months: number; days: number; micros: bigint };
      const parts = [months && `${months} mons`, days && `${days} days`, micros && `${Number(micros) / 1e6} secs`];
      return `INTERVAL '${parts.filter(Boolean).join(' ') || '0'}'`;
    }
    case 'list':
      return `ARRAY[${(value as readonly LiteralValue[]).map((item) => formatLiteral(type.element, item)).join(', ')}]`;
    case 'struct':
      return `ROW(${(value as readonly LiteralValue[]).map((item, i) => formatLiteral(type.fields[i]!.type, item)).join(', ')})`;
    default:
      return String(value);
  }
}

const DAY_MICROS = 86_400_000_000n;

/** An unscaled decimal with its point: `formatDecimal(-5n, 2)` is `-0.05`. */
export function formatDecimal(unscaled: bigint, scale: number): string {
  const digits = (unscaled < 0n ? -unscaled : unscaled).toString().padStart(scale + 1, '0');
  const text = scale === 0 ? digits : `${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
  return unscaled < 0n ? `-${text}` : text;
}

function isoDate(days: number): string {
  const date = new Date(days * 86_400_000);
  return Number.isNaN(date.getTime()) ? `${days} days` : date.toISOString().replace(/T.*/, '');
}

function isoTime(micros: bigint): string {
  const seconds = micros / 1_000_000n;
  const pad = (value: bigint) => value.toString().padStart(2, '0');
  const fraction = (micros % 1_000_000n).toString().padStart(6, '0').replace(/0+$/, '');
  const time = `${pad(seconds / 3600n)}:${pad((seconds / 60n) % 60n)}:${pad(seconds % 60n)}`;
  return fraction ? `${time}.${fraction}` : time;
}
