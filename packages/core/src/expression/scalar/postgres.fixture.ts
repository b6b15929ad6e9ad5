import { PGlite } from '@electric-sql/pglite';

/** PostgreSQL in WebAssembly as the source of expected values; every value comes back as the text that it prints. */
export class Postgres {
  readonly #pg = new PGlite();

  /** The single value of `SELECT expression`, as text. */
  async text(expression: string): Promise<string | null> {
    return (await this.rows(`SELECT (${expression})::text`))[0]![0]!;
  }

  /** For each row of values, the value of `expression`, in which `$1`, `$2` ... stand for them. Values are texts. */
  async map(expression: string, rows: readonly (readonly (string | null)[])[]): Promise<(string | null)[]> {
    const columns = rows[0]!.map((_, i) => rows.map((row) => row[i] ?? null));
    const list = columns.map((_, i) => `$${i + 1}::text[]`).join(', ');
    const names = columns.map((_, i) => `c${i + 1}`).join(', ');
    const sql = `SELECT (${expression.replace(/\$(\d+)/g, 'c$1')})::text FROM unnest(${list}) WITH ORDINALITY AS t(${names}, n) ORDER BY n`;
    return (await this.rows(sql, columns)).map((row) => row[0]!);
  }

  async rows(sql: string, parameters: unknown[] = []): Promise<(string | null)[][]> {
    const { rows } = await this.#pg.query<(string | null)[]>(sql, parameters, { rowMode: 'array' });
    return rows;
  }

  /** The message of the error that an expression gives, `undefined` when it gives none. */
  async error(expression: string): Promise<string | undefined> {
    try {
      await this.rows(`SELECT ${expression}`);
      return undefined;
    } catch (error) {
      return (error as Error).message;
    }
  }

  async close(): Promise<void> {
    await this.#pg.close();
  }
}
