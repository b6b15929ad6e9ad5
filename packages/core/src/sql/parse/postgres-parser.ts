import type { ParseResult } from 'libpg-query';
import createLibPgQuery, { type LibPgQuery } from 'libpg-query/wasm/libpg-query.js';
import { internal, QueryError } from '../../error/index.ts';
import type { SourceText } from './source-text.ts';

/** An instance that has grown beyond this is replaced: WebAssembly memory never shrinks. */
const MAX_INSTANCE_BYTES = 128 * 1024 * 1024;

/**
 * PostgreSQL's own parser. It is used through the module's factory and not through the package's functions, because a text
 * nested so deeply that the native stack overflows leaves an instance damaged for good; such an instance is thrown away
 * and a new one made.
 */
let instance: LibPgQuery | undefined;
let loading: Promise<void> | undefined;

/**
 * Makes the parser ready; must have settled before anything is parsed. Takes some 20 ms the first time and nothing later,
 * except after a text that had to be given up on.
 */
export function loadParser(): Promise<void> {
  if (instance) return Promise.resolve();
  loading ??= createLibPgQuery().then(
    (module) => {
      instance = module;
      loading = undefined;
    },
    (cause: unknown) => {
      loading = undefined;
      throw cause;
    },
  );
  return loading;
}

function discardInstance(): void {
  instance = undefined;
  // A failure to load is reported to whoever asks next.
  loadParser().catch(() => {});
}

/** The parser's tree of the whole text. Throws SYNTAX with the position of the token that does not fit. */
export function parseTree(source: SourceText): ParseResult {
  const parser = instance;
  if (!parser) throw internal('The SQL parser was used before loadParser() had settled.');
  const nul = source.text.indexOf('\0');
  if (nul >= 0) {
    const span = { start: nul, end: nul + 1 };
    throw new QueryError('SYNTAX', 'The SQL text contains a NUL character, which PostgreSQL does not allow.', { span });
  }
  const { text } = source;
  const bytes = parser.lengthBytesUTF8(text) + 1;
  let query = 0;
  let result = 0;
  try {
    query = parser._malloc(bytes);
    parser.stringToUTF8(text, query, bytes);
    result = parser._wasm_parse_query_raw(query);
    const [tree, , error] = [0, 4, 8].map((offset) => parser.getValue(result + offset, 'i32')) as [
      number,
      number,
      number,
    ];
    if (error) throw syntaxError(parser, error, source);
    return JSON.parse(parser.UTF8ToString(tree)) as ParseResult;
  } catch (thrown) {
    if (thrown instanceof QueryError) throw thrown;
    query = 0;
    result = 0;
    discardInstance();
    if (thrown instanceof RangeError || thrown instanceof WebAssembly.RuntimeError) throw tooDeep(undefined, thrown);
    throw thrown;
  } finally {
    if (query) parser._free(query);
    if (result) parser._wasm_free_parse_result(result);
    if (parser.HEAPU8.length > MAX_INSTANCE_BYTES && instance === parser) discardInstance();
  }
}

function tooDeep(span: { start: number; end: number } | undefined, cause?: unknown): QueryError {
  return new QueryError('FEATURE_NOT_IMPLEMENTED', 'The statement is nested too deeply for the SQL parser.', {
    span,
    cause,
    hint: 'Write long chains of values as IN (...) or VALUES lists, and split deeply nested queries with WITH.',
  });
}

function syntaxError(parser: LibPgQuery, error: number, source: SourceText): QueryError {
  const message = parser.UTF8ToString(parser.getValue(error, 'i32'));
  const cursor = parser.getValue(error + 16, 'i32');
  const { text } = source;
  const start = cursor > 0 ? source.fromCodePoint(cursor - 1) : 0;
  const token = source.tokenAt(start);
  // At the end of the input the useful place is behind the last word, not behind trailing space.
  const end = text.trimEnd().length;
  const span = start >= end ? { start: end, end } : token;
  if (message.startsWith('memory exhausted')) return tooDeep(span);
  return new QueryError('SYNTAX', message, { span, hint: syntaxHint(text, span) });
}

/** What people of other dialects write most often. */
function syntaxHint(text: string, span: { start: number; end: number }): string | undefined {
  const before = text.slice(Math.max(0, span.start - 40), span.start);
  const token = text.slice(span.start, span.end);
  if (token.startsWith("'") && /\b(?:from|join)\s+$/i.test(before)) {
    return `Write a path in FROM in double quotes: "${token.replaceAll("'", '')}", or as read_parquet(${token}).`;
  }
  if (token.startsWith('[')) return 'Write an array as ARRAY[1, 2].';
  if (token === '`') return 'Quote names with double quotes.';
  if (/^(?:describe|summarize|pragma)$/i.test(token)) return 'Use EXPLAIN, or read the schema from the result.';
  return undefined;
}
