import { loadParser, splitStatements as splitText } from '../sql/index.ts';

/** The statements of a SQL text, in order, without their semicolons; empty ones are left out. Throws `SYNTAX`. */
export async function splitStatements(sql: string): Promise<string[]> {
  await loadParser();
  return splitText(sql).map((statement) => statement.sql);
}
