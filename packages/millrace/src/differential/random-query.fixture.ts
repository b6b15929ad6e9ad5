import fc from 'fast-check';
import { expressions, FAMILIES, type Scope, type Sql } from './random-expression.fixture.ts';
import { joinScopes, type RandomTable, scopeOf } from './random-table.fixture.ts';

/** A query over the tables `t` and `u`. Its rows have a defined order when `isOrdered` is set. */
export interface RandomQuery {
  readonly sql: string;
  readonly isOrdered: boolean;
}

type Tables = Readonly<Record<'t' | 'u', RandomTable>>;
type QueryOf = (tables: Tables) => RandomQuery;

const shallow = expressions(1);
const deep = expressions(2);
const anyExpression = fc.oneof(...FAMILIES.map((family) => deep[family]));
const groupKey = fc.oneof(...FAMILIES.map((family) => shallow[family]));
const predicate = fc.option(deep.boolean, { nil: undefined });

const aggregate: fc.Arbitrary<Sql> = fc.oneof(
  fc.constant<Sql>(() => 'count(*)'),
  fc.tuple(fc.constantFrom('count(', 'count(DISTINCT '), anyExpression).map(
    ([call, value]): Sql =>
      (scope) =>
        `${call}${value(scope)})`,
  ),
  fc.tuple(fc.constantFrom('sum', 'avg', 'min', 'max'), fc.oneof(deep.int, deep.decimal, shallow.float)).map(
    ([name, value]): Sql =>
      (scope) =>
        `${name}(${value(scope)})`,
  ),
  fc.tuple(fc.constantFrom('min', 'max'), fc.oneof(deep.text, deep.date, deep.timestamp)).map(
    ([name, value]): Sql =>
      (scope) =>
        `${name}(${value(scope)})`,
  ),
  fc.tuple(fc.constantFrom('bool_and', 'bool_or'), deep.boolean).map(
    ([name, value]): Sql =>
      (scope) =>
        `${name}(${value(scope)})`,
  ),
  fc.tuple(fc.constantFrom('sum(DISTINCT ', 'sum('), deep.int, deep.boolean).map(
    ([call, value, where]): Sql =>
      (scope) =>
        `${call}${value(scope)}) FILTER (WHERE ${where(scope)})`,
  ),
);

/** `FROM ... [WHERE ...]` and the columns that it brings into scope. */
const from = fc
  .tuple(
    fc.constantFrom('t', 'u', 'JOIN', 'LEFT JOIN', 'RIGHT JOIN', 'FULL JOIN', 'CROSS JOIN', ','),
    fc.constantFrom('int', 'int', 'text', 'date', 'decimal', 'boolean'),
    shallow.int,
    fc.option(shallow.boolean, { nil: undefined }),
    predicate,
  )
  .map(
    ([shape, keyFamily, key, condition, where]) =>
      (tables: Tables): { readonly sql: string; readonly scope: Scope } => {
        const t = scopeOf(tables.t, 't');
        const u = scopeOf(tables.u, 'u');
        const filter = (scope: Scope) => (where ? ` WHERE ${where(scope)}` : '');
        if (shape === 't' || shape === 'u') {
          const scope = shape === 't' ? t : u;
          return { sql: ` FROM ${shape}${filter(scope)}`, scope };
        }
        const scope = joinScopes(t, u);
        if (shape === ',' || shape === 'CROSS JOIN') return { sql: ` FROM t ${shape} u${filter(scope)}`, scope };
        const [left, right] = [t[keyFamily][0], u[keyFamily][0]];
        const equality = left && right ? `${left} = ${right}` : `${key(t)} = ${key(u)}`;
        // DuckDB and PostgreSQL take only equalities, or nothing of the kind, for a full join.
        const on = condition && shape !== 'FULL JOIN' ? `${equality} AND ${condition(scope)}` : equality;
        return { sql: ` FROM t ${shape} u ON ${on}${filter(scope)}`, scope };
      },
  );

/** Orders by all columns of the result, so that rows that tie are equal. */
const ordering = fc.record({
  directions: fc.array(fc.constantFrom('ASC NULLS LAST', 'DESC NULLS LAST', 'ASC NULLS FIRST', 'DESC NULLS FIRST'), {
    minLength: 8,
    maxLength: 8,
  }),
  limit: fc.option(fc.nat({ max: 8 }), { nil: undefined }),
  offset: fc.option(fc.nat({ max: 5 }), { nil: undefined }),
});

function ordered(
  sql: string,
  numColumns: number,
  order: typeof ordering extends fc.Arbitrary<infer T> ? T | undefined : never,
): RandomQuery {
  if (!order || numColumns === 0) return { sql, isOrdered: false };
  const keys = order.directions.slice(0, numColumns).map((direction, i) => `${i + 1} ${direction}`);
  const limit = order.limit === undefined ? '' : ` LIMIT ${order.limit}`;
  const offset = order.offset === undefined ? '' : ` OFFSET ${order.offset}`;
  return { sql: `${sql} ORDER BY ${keys.join(', ')}${limit}${offset}`, isOrdered: true };
}

const maybeOrdering = fc.option(ordering, { nil: undefined });
const items = fc.array(anyExpression, { minLength: 1, maxLength: 4 });
const itemList = (list: readonly Sql[], scope: Scope) => list.map((item, i) => `${item(scope)} AS c${i}`).join(', ');

const plainQuery = fc.tuple(from, items, fc.boolean(), maybeOrdering).map(
  ([source, list, isDistinct, order]): QueryOf =>
    (tables) => {
      const { sql, scope } = source(tables);
      return ordered(`SELECT ${isDistinct ? 'DISTINCT ' : ''}${itemList(list, scope)}${sql}`, list.length, order);
    },
);

const groupedQuery = fc
  .tuple(
    from,
    fc.array(groupKey, { maxLength: 3 }),
    fc.array(aggregate, { minLength: 1, maxLength: 4 }),
    fc.option(fc.tuple(aggregate, fc.constantFrom('IS NOT NULL', 'IS NULL')), { nil: undefined }),
    maybeOrdering,
  )
  .map(
    ([source, keys, aggregates, having, order]): QueryOf =>
      (tables) => {
        const { sql, scope } = source(tables);
        const grouping = keys.length === 0 ? '' : ` GROUP BY ${keys.map((_, i) => i + 1).join(', ')}`;
        const filter = having ? ` HAVING ${having[0](scope)} ${having[1]}` : '';
        const list = [...keys, ...aggregates];
        return ordered(`SELECT ${itemList(list, scope)}${sql}${grouping}${filter}`, list.length, order);
      },
  );

const unionQuery = fc
  .tuple(fc.constantFrom('UNION ALL', 'UNION'), fc.constantFrom(...FAMILIES), fc.nat({ max: 3 }), maybeOrdering)
  .chain(([operator, family, _, order]) =>
    fc.tuple(deep[family], predicate, deep[family], predicate).map(
      ([a, whereA, b, whereB]): QueryOf =>
        (tables) => {
          const side = (value: Sql, where: Sql | undefined, name: 't' | 'u') => {
            const scope = scopeOf(tables[name], name);
            return `SELECT ${value(scope)} AS c0 FROM ${name}${where ? ` WHERE ${where(scope)}` : ''}`;
          };
          return ordered(`${side(a, whereA, 't')} ${operator} ${side(b, whereB, 'u')}`, 1, order);
        },
    ),
  );

/** An aggregation over a derived table, under a common table expression or in FROM. */
const nestedQuery = fc
  .tuple(from, fc.constantFrom(...FAMILIES), shallow.int, ordering, fc.boolean())
  .chain(([source, family, number, order, isCte]) =>
    shallow[family].map(
      (key): QueryOf =>
        (tables) => {
          const { sql, scope } = source(tables);
          const inner = `SELECT ${key(scope)} AS k, ${number(scope)} AS v${sql}`;
          const outer = (name: string) => `SELECT k, count(*) AS c, sum(v) AS s, max(v) AS m FROM ${name} GROUP BY k`;
          return ordered(isCte ? `WITH q AS (${inner}) ${outer('q')}` : outer(`(${inner}) q`), 4, order);
        },
    ),
  );

const subquery = fc
  .tuple(fc.constantFrom('IN', 'NOT IN', 'EXISTS', 'NOT EXISTS'), shallow.int, predicate, items, maybeOrdering)
  .map(
    ([operator, value, where, list, order]): QueryOf =>
      (tables) => {
        const t = scopeOf(tables.t, 't');
        const u = scopeOf(tables.u, 'u');
        const filter = where ? ` WHERE ${where(u)}` : '';
        const condition = operator.endsWith('IN')
          ? `${value(t)} ${operator} (SELECT ${value(u)} FROM u${filter})`
          : `${operator} (SELECT 1 FROM u WHERE ${value(u)} = ${value(t)}${where ? ` AND ${where(u)}` : ''})`;
        return ordered(`SELECT ${itemList(list, t)} FROM t WHERE ${condition}`, list.length, order);
      },
  );

/** Random queries, of the kinds that PostgreSQL and DuckDB answer alike. */
export const randomQuery: fc.Arbitrary<QueryOf> = fc.oneof(
  { withCrossShrink: true },
  { weight: 4, arbitrary: plainQuery },
  { weight: 4, arbitrary: groupedQuery },
  { weight: 1, arbitrary: unionQuery },
  { weight: 2, arbitrary: nestedQuery },
  { weight: 1, arbitrary: subquery },
);
