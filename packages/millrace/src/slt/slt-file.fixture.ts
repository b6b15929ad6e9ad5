/** How the rows of a result are brought into an order before they are compared. */
export type SortMode = 'nosort' | 'rowsort' | 'valuesort';

/** Engines that `skipif` and `onlyif` can name. */
export type SltEngine = 'millrace' | 'postgres' | 'duckdb';

interface RecordBase {
  /** Line of the directive in its file, from 1. */
  readonly line: number;
  readonly sql: string;
  readonly skipIf: readonly SltEngine[];
  readonly onlyIf: readonly SltEngine[];
}

/** `statement ok` or `statement error CODE`. */
export interface StatementRecord extends RecordBase {
  readonly kind: 'statement';
  /** What it must fail with; `''` when the file does not say yet; undefined when it must succeed. */
  readonly errorCode: string | undefined;
}

/** `query TYPES SORT` with its rows. */
export interface QueryRecord extends RecordBase {
  readonly kind: 'query';
  /** One letter a column: I for integers, R for other numbers, T for all else. Empty when the file does not say yet. */
  readonly types: string;
  readonly sort: SortMode;
  /** Rows as the file has them: cells in the text form of {@link formatCell}. */
  readonly rows: readonly (readonly string[])[];
}

/** A comment or an empty line, kept so that a file can be written again as it was. */
export interface CommentRecord {
  readonly kind: 'comment';
  readonly line: number;
  readonly text: string;
}

export type SltRecord = StatementRecord | QueryRecord | CommentRecord;

export interface SltFile {
  readonly path: string;
  /** Where expected values come from: `# oracle: duckdb` in the first comment, or else PostgreSQL. */
  readonly oracle: 'postgres' | 'duckdb';
  readonly records: readonly SltRecord[];
}

const ENGINES: readonly SltEngine[] = ['millrace', 'postgres', 'duckdb'];
const SORT_MODES: readonly SortMode[] = ['nosort', 'rowsort', 'valuesort'];

/**
 * Reads a file in the sqllogictest format (https://www.sqlite.org/sqllogictest, with a row a line and tabs between values as in
 * DuckDB's files). Throws an `Error` that names file and line when a line is none of the format.
 */
export function parseSlt(path: string, text: string): SltFile {
  const lines = text.split('\n');
  if (lines.at(-1) === '') lines.pop();
  const records: SltRecord[] = [];
  let skipIf: SltEngine[] = [];
  let onlyIf: SltEngine[] = [];
  let at = 0;
  const fail = (reason: string): never => {
    throw new Error(`${path}:${at + 1}: ${reason}`);
  };
  /** Lines up to an empty one, or to `----` when the record has a result. */
  const sqlLines = (stop: readonly string[]): string => {
    const start = at;
    while (at < lines.length && !stop.includes(lines[at]!)) at++;
    if (at === start) fail('there is no SQL');
    return lines.slice(start, at).join('\n');
  };
  while (at < lines.length) {
    const line = lines[at]!;
    if (line === '' || line.startsWith('#')) {
      records.push({ kind: 'comment', line: at + 1, text: line });
      at++;
      continue;
    }
    const words = line.split(' ');
    const recordLine = at + 1;
    switch (words[0]) {
      case 'skipif':
      case 'onlyif': {
        const engine = words[1] as SltEngine;
        if (words.length !== 2 || !ENGINES.includes(engine)) fail(`${words[0]} needs one of ${ENGINES.join(', ')}`);
        if (words[0] === 'skipif') skipIf.push(engine);
        else onlyIf.push(engine);
        at++;
        continue;
      }
      case 'statement': {
        const [, outcome, code = ''] = words;
        if ((outcome !== 'ok' && outcome !== 'error') || words.length > (outcome === 'ok' ? 2 : 3)) {
          fail('a statement is "statement ok" or "statement error CODE"');
        }
        at++;
        const sql = sqlLines(['']);
        const errorCode = outcome === 'error' ? code : undefined;
        records.push({ kind: 'statement', line: recordLine, sql, errorCode, skipIf, onlyIf });
        break;
      }
      case 'query': {
        const rest = words.slice(1);
        const sort = rest.length > 0 && SORT_MODES.includes(rest.at(-1) as SortMode) ? rest.pop() : 'nosort';
        const types = rest.pop() ?? '';
        if (rest.length > 0 || !/^[ITR]*$/.test(types)) fail('a query is "query TYPES [nosort|rowsort|valuesort]"');
        at++;
        const sql = sqlLines(['', '----']);
        const rows: string[][] = [];
        if (lines[at] === '----') {
          for (at++; at < lines.length && lines[at] !== ''; at++) rows.push(lines[at]!.split('\t'));
        }
        for (const row of rows) {
          if (row.length !== types.length) fail(`the rows above have ${row.length} columns, not ${types.length}`);
        }
        records.push({ kind: 'query', line: recordLine, sql, types, sort: sort as SortMode, rows, skipIf, onlyIf });
        break;
      }
      default:
        fail(`"${words[0]}" begins no record`);
    }
    skipIf = [];
    onlyIf = [];
  }
  const head = records.find((record) => record.kind === 'comment' && record.text.startsWith('# oracle:'));
  const oracle = head?.kind === 'comment' ? head.text.slice('# oracle:'.length).trim() : 'postgres';
  if (oracle !== 'postgres' && oracle !== 'duckdb') throw new Error(`${path}: there is no oracle "${oracle}"`);
  return { path, oracle, records };
}

/** The text of a file; what {@link parseSlt} read comes out as it was. */
export function formatSlt(file: SltFile): string {
  return file.records.map((record) => `${formatRecord(record)}\n`).join('');
}

function formatRecord(record: SltRecord): string {
  if (record.kind === 'comment') return record.text;
  const lines = [
    ...record.skipIf.map((engine) => `skipif ${engine}`),
    ...record.onlyIf.map((engine) => `onlyif ${engine}`),
  ];
  if (record.kind === 'statement') {
    lines.push(record.errorCode === undefined ? 'statement ok' : `statement error ${record.errorCode}`.trimEnd());
    lines.push(record.sql);
  } else {
    lines.push(['query', record.types, record.sort].filter(Boolean).join(' '), record.sql, '----');
    for (const row of record.rows) lines.push(row.join('\t'));
  }
  return lines.join('\n');
}

/** Whether a record is for this engine. */
export function appliesTo(record: StatementRecord | QueryRecord, engine: SltEngine): boolean {
  return !record.skipIf.includes(engine) && (record.onlyIf.length === 0 || record.onlyIf.includes(engine));
}

/** A value as it stands in a file: null is `NULL`, an empty text `(empty)`, and what would end the value is escaped. */
export function formatCell(value: string | null): string {
  if (value === null) return 'NULL';
  if (value === '') return '(empty)';
  return value.replaceAll('\\', '\\\\').replaceAll('\t', '\\t').replaceAll('\n', '\\n').replaceAll('\r', '\\r');
}
