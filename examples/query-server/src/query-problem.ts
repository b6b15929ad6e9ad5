import { type ErrorKind, isQueryError, type QueryError, toQueryError } from 'millrace';

/** What went wrong, as RFC 9457 tells it (`application/problem+json`), with what a program needs beside it. */
export interface Problem {
  /** Stable; a path that the documentation of errors has. */
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  /** Stable; the engine's codes, and those of the server. */
  readonly code: string;
  /** Whether the same request may succeed later. */
  readonly retryable: boolean;
  /** Seconds after which to try again. */
  readonly retryAfter?: number;
  readonly hint?: string;
  /** Where in the SQL: UTF-16 positions, and line and column counted from 1. */
  readonly position?: { readonly start: number; readonly end: number; readonly line: number; readonly column: number };
  readonly candidates?: readonly string[];
  readonly queryId?: string;
}

const TITLES: Readonly<Record<number, string>> = {
  400: 'Bad request',
  401: 'Not authenticated',
  403: 'Not allowed',
  404: 'Not found',
  406: 'Not acceptable',
  408: 'Request timed out',
  409: 'Conflict',
  410: 'Gone',
  413: 'Too large',
  415: 'Unsupported media type',
  421: 'Misdirected request',
  422: 'Cannot be processed',
  429: 'Over quota',
  500: 'Internal error',
  502: 'Damaged data',
  503: 'Unavailable',
  504: 'Timed out',
  505: 'HTTP version not supported',
};

const STATUS_OF_KIND: Readonly<Record<ErrorKind, number>> = {
  InvalidQuery: 400,
  Unsupported: 422,
  InvalidArgument: 400,
  Execution: 422,
  NotFound: 422,
  AlreadyExists: 409,
  AccessDenied: 403,
  CorruptData: 502,
  ObjectChanged: 409,
  Unavailable: 503,
  ResourceExhausted: 422,
  Cancelled: 409,
  Internal: 500,
};

/** A failure of a request, thrown anywhere on its way. */
export class ProblemError extends Error {
  readonly problem: Problem;

  constructor(status: number, code: string, detail: string, more: Partial<Problem> = {}) {
    super(detail);
    this.name = 'ProblemError';
    const retryable = more.retryable ?? more.retryAfter !== undefined;
    this.problem = { type: typeOf(code), title: TITLES[status] ?? 'Error', status, detail, code, retryable, ...more };
  }
}

/** Whatever was thrown, as a problem; what is nobody's business but ours stays inside. */
export function problemOf(
  thrown: unknown,
  { sql, queryId }: { sql?: string | undefined; queryId?: string | undefined } = {},
): Problem {
  const more = queryId === undefined ? {} : { queryId };
  if (thrown instanceof ProblemError) return { ...thrown.problem, ...more };
  const error = isQueryError(thrown) ? thrown : toQueryError(thrown);
  const { kind, code, hint, retryable, span, details } = error;
  const status = code === 'TIMEOUT' ? 504 : STATUS_OF_KIND[kind];
  // A setting at fault is the operator's business: the caller's request was right.
  const isOurs = kind === 'Internal' || code === 'BAD_SETTING';
  const { candidates } = details;
  return {
    type: typeOf(code),
    title: TITLES[isOurs ? 500 : status]!,
    status: isOurs ? 500 : status,
    detail: isOurs ? 'The server has failed; its log tells why.' : error.message,
    code,
    retryable,
    ...(retryable && status >= 500 ? { retryAfter: 1 } : {}),
    ...(hint && !isOurs ? { hint } : {}),
    ...(span && sql !== undefined && !isOurs ? { position: { ...span, ...lineAndColumn(sql, span.start) } } : {}),
    ...(Array.isArray(candidates) ? { candidates: candidates as string[] } : {}),
    ...more,
  };
}

/** Whether the log must tell of an error: nobody else will. */
export function isServerFault(thrown: unknown): boolean {
  if (thrown instanceof ProblemError) return thrown.problem.status >= 500 && !thrown.problem.retryable;
  if (!isQueryError(thrown)) return true;
  const { kind, code }: QueryError = thrown;
  return kind === 'Internal' || code === 'BAD_SETTING';
}

function typeOf(code: string): string {
  return `/problems/${code.toLowerCase().replaceAll('_', '-')}`;
}

function lineAndColumn(text: string, position: number): { line: number; column: number } {
  const before = text.slice(0, position);
  return { line: before.split('\n').length, column: position - before.lastIndexOf('\n') };
}
