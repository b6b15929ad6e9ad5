import fc from 'fast-check';

/** Integers, some of them null, of the three small tables that every query reads. */
export interface SmallTables {
  readonly t: readonly (readonly (number | null)[])[];
  readonly u: readonly (readonly (number | null)[])[];
  readonly v: readonly (readonly (number | null)[])[];
}

const COLUMNS = { t: ['id', 'a', 'b'], u: ['id', 'a', 'c'], v: ['id', 'b', 'c'] } as const;
type TableName = keyof typeof COLUMNS;

/** `id` is unique in its table and never null. */
function rows(): fc.Arbitrary<readonly (readonly (number | null)[])[]> {
  const value = fc.option(fc.integer({ min: 0, max: 3 }), { freq: 4 });
  return fc.array(fc.tuple(value, value), { maxLength: 6 }).map((all) => all.map((row, i) => [i, ...row]));
}

export const smallTables: fc.Arbitrary<SmallTables> = fc.record({ t: rows(), u: rows(), v: rows() });

/** The tables as the WITH clause of a query. */
export function withTables(tables: SmallTables): string {
  const definitions = (['t', 'u', 'v'] as const).map((name) => {
    const values = tables[name].map((row) => `(${row.map((value) => `${value ?? 'NULL'}::int`).join(', ')})`);
    const some = values.length > 0 ? `VALUES ${values.join(', ')}` : 'SELECT 1, 1, 1 WHERE false';
    return `${name}(${COLUMNS[name].join(', ')}) AS (${some})`;
  });
  return `WITH ${definitions.join(', ')}`;
}

/** Draws the parts of a query from numbers, so that a failing query shrinks by its numbers. */
class QueryWriter {
  readonly #draws: readonly number[];
  #next = 0;
  #aliases = 0;

  constructor(draws: readonly number[]) {
    this.#draws = draws;
  }

  /** A query over one to two tables, with subqueries nearly everywhere. */
  query(): string {
    const [from, scope] = this.#from([], 2);
    const grouped = this.#pick(4) === 0;
    if (grouped) {
      const key = this.#column(scope);
      const inner = [key.replace(/^\w+\./, '')].map(() => key);
      const having = this.#pick(2) === 0 ? ` HAVING ${this.#predicate(inner, 2)}` : '';
      return `SELECT ${key} AS k, count(*) AS n, ${this.#scalar(inner, 2)} AS s FROM ${from} WHERE ${this.#predicate(scope, 2)} GROUP BY ${key}${having}`;
    }
    const items = scope.map((column, i) => `${column} AS c${i}`);
    return `SELECT ${items.join(', ')}, ${this.#scalar(scope, 2)} AS s, ${this.#predicate(scope, 1)} AS p FROM ${from} WHERE ${this.#predicate(scope, 3)}`;
  }

  #pick(count: number): number {
    const draw = this.#draws[this.#next++] ?? 0;
    return draw % count;
  }

  #table(): { readonly name: TableName; readonly alias: string; readonly columns: readonly string[] } {
    const name = (['t', 'u', 'v'] as const)[this.#pick(3)]!;
    const alias = `x${this.#aliases++}`;
    return { name, alias, columns: COLUMNS[name].map((column) => `${alias}.${column}`) };
  }

  #from(outer: readonly string[], depth: number): readonly [string, readonly string[]] {
    const first = this.#table();
    const source = `${first.name} AS ${first.alias}`;
    switch (depth > 0 ? this.#pick(7) : 0) {
      case 1: {
        const second = this.#table();
        const scope = [...first.columns, ...second.columns];
        const type = ['JOIN', 'LEFT JOIN', 'RIGHT JOIN', 'FULL JOIN'][this.#pick(4)]!;
        // PostgreSQL runs a full join only on equalities of both sides.
        const condition =
          type === 'FULL JOIN'
            ? `${this.#column(first.columns)} = ${this.#column(second.columns)}`
            : type === 'JOIN'
              ? this.#predicate([...scope, ...outer], depth - 1)
              : this.#comparison([...scope, ...outer]);
        return [`${source} ${type} ${second.name} AS ${second.alias} ON ${condition}`, scope];
      }
      case 2: {
        const alias = `x${this.#aliases++}`;
        const type = this.#pick(2) === 0 ? 'CROSS JOIN LATERAL' : 'LEFT JOIN LATERAL';
        const condition = type.startsWith('LEFT') ? ` ON ${this.#comparison([...first.columns, `${alias}.m`])}` : '';
        const subquery = this.#rows([...first.columns, ...outer], depth - 1, 'm');
        return [`${source} ${type} (${subquery}) AS ${alias}${condition}`, [...first.columns, `${alias}.m`]];
      }
      case 3: {
        const alias = `x${this.#aliases++}`;
        return [`(${this.#rows(outer, depth - 1, 'm')}) AS ${alias}`, [`${alias}.m`]];
      }
      default:
        return [source, first.columns];
    }
  }

  /** A query of one column and any number of rows. */
  #rows(outer: readonly string[], depth: number, name: string): string {
    const [from, own] = this.#from(outer, depth);
    const scope = [...own, ...outer];
    const where = `FROM ${from} WHERE ${this.#predicate(scope, depth)}`;
    switch (this.#pick(6)) {
      case 0:
        return `SELECT DISTINCT ${this.#column(own)} AS ${name} ${where}`;
      case 1: {
        const key = this.#column(own);
        return `SELECT count(*)::int AS ${name} ${where} GROUP BY ${key}`;
      }
      case 2:
        return `SELECT ${this.#value(scope)} AS ${name} ${where} UNION ALL SELECT ${this.#value([...outer, '1'])} AS ${name}`;
      case 3:
        return `SELECT ${this.#aggregate(own)} AS ${name} ${where}`;
      default:
        return `SELECT ${this.#value(scope)} AS ${name} ${where}`;
    }
  }

  /** A value of type int. */
  #scalar(scope: readonly string[], depth: number): string {
    if (depth === 0) return this.#value(scope);
    switch (this.#pick(4)) {
      case 0:
        return this.#value(scope);
      case 1: {
        const { name, alias, columns } = this.#table();
        const value = this.#value([...columns, ...scope]);
        return `(SELECT ${value} FROM ${name} AS ${alias} WHERE ${alias}.id = ${this.#value(scope)} AND ${this.#predicate([...columns, ...scope], depth - 1)})`;
      }
      default: {
        const [from, own] = this.#from(scope, depth - 1);
        const all = [...own, ...scope];
        const having =
          this.#pick(5) === 0 ? ` HAVING count(*) ${this.#operator()} ${this.#value([...scope, '1'])}` : '';
        return `(SELECT ${this.#aggregate(own)} + ${this.#value([...scope, '0'])} FROM ${from} WHERE ${this.#predicate(all, depth - 1)}${having})`;
      }
    }
  }

  #predicate(scope: readonly string[], depth: number): string {
    if (depth === 0) return this.#comparison(scope);
    switch (this.#pick(10)) {
      case 0:
        return `(${this.#predicate(scope, depth - 1)} AND ${this.#predicate(scope, depth - 1)})`;
      case 1:
        return `(${this.#predicate(scope, depth - 1)} OR ${this.#predicate(scope, depth - 1)})`;
      case 2:
        return `NOT ${this.#predicate(scope, depth - 1)}`;
      case 3:
        return `EXISTS (${this.#rows(scope, depth - 1, 'm')})`;
      case 4:
        return `${this.#scalar(scope, depth - 1)} ${this.#operator()} ${this.#scalar(scope, depth)}`;
      case 5:
        return `${this.#value(scope)} IN (${this.#rows(scope, depth - 1, 'm')})`;
      case 6:
        return `${this.#value(scope)} NOT IN (${this.#rows(scope, depth - 1, 'm')})`;
      case 7:
        return `${this.#value(scope)} ${this.#operator()} ${this.#pick(2) === 0 ? 'ANY' : 'ALL'} (${this.#rows(scope, depth - 1, 'm')})`;
      default:
        return this.#comparison(scope);
    }
  }

  #comparison(scope: readonly string[]): string {
    if (this.#pick(6) === 0) return `${this.#column(scope)} IS ${this.#pick(2) === 0 ? '' : 'NOT '}NULL`;
    // Equalities above all: they are what decorrelation is about.
    const operator = this.#pick(3) === 0 ? this.#operator() : '=';
    return `${this.#value(scope)} ${operator} ${this.#value(scope)}`;
  }

  #operator(): string {
    return ['=', '<>', '<', '<=', '>', '>='][this.#pick(6)]!;
  }

  #aggregate(scope: readonly string[]): string {
    return [
      `max(${this.#column(scope)})`,
      `min(${this.#value(scope)})`,
      'count(*)::int',
      `count(${this.#column(scope)})::int`,
    ][this.#pick(4)]!;
  }

  #value(scope: readonly string[]): string {
    const column = this.#column(scope);
    return this.#pick(5) === 0 ? `(${column} + 1)` : column;
  }

  #column(scope: readonly string[]): string {
    // Later columns first now and then: those of queries further out.
    return scope[this.#pick(scope.length)]!;
  }
}

/** Queries over the tables `t`, `u` and `v`, correlated at any depth. */
export const correlatedQuery: fc.Arbitrary<string> = fc
  .array(fc.nat({ max: 5039 }), { minLength: 40, maxLength: 120 })
  .map((draws) => new QueryWriter(draws).query());
