/**
 * The one error class of the project. Every error that leaves the public face is a `QueryError`.
 *
 * `kind` says what the caller must do, `code` says what happened. Both are closed lists and stable; the message is
 * for people and is no API. Recognise it with {@link isQueryError}, not with `instanceof`: two copies of the package,
 * or an error that crossed a thread, are still the same kind of thing.
 */

/** What went wrong, by what the caller must do about it. Each code belongs to exactly one kind. */
export const ERROR_CODES = {
  InvalidQuery: [
    'SYNTAX',
    'UNKNOWN_TABLE',
    'UNKNOWN_COLUMN',
    'AMBIGUOUS_COLUMN',
    'UNKNOWN_FUNCTION',
    'UNKNOWN_TYPE',
    'TYPE_MISMATCH',
    'INVALID_GROUPING',
    'DUPLICATE_NAME',
    'INVALID_LITERAL',
    'PARAMETER_COUNT',
    'SCHEMA_MISMATCH',
    'INVALID_CLAUSE',
  ],
  Unsupported: ['FEATURE_NOT_IMPLEMENTED', 'UNSUPPORTED_FILE'],
  InvalidArgument: ['BAD_SETTING', 'BAD_ARGUMENT', 'ENGINE_CLOSED'],
  Execution: ['DIVISION_BY_ZERO', 'CAST_FAILED', 'OVERFLOW', 'INVALID_VALUE', 'MORE_THAN_ONE_ROW'],
  NotFound: ['OBJECT_NOT_FOUND', 'NO_FILES_MATCH', 'STORE_NOT_FOUND', 'BUCKET_NOT_FOUND'],
  AlreadyExists: ['OBJECT_EXISTS'],
  AccessDenied: ['PERMISSION_DENIED', 'PATH_OUTSIDE_ROOT', 'CREDENTIALS_MISSING'],
  CorruptData: ['BAD_FOOTER', 'BAD_PAGE', 'CHECKSUM_MISMATCH', 'TRUNCATED_OBJECT', 'BAD_ENCODING'],
  ObjectChanged: ['VERSION_MISMATCH'],
  Unavailable: ['TIMEOUT', 'THROTTLED', 'CONNECTION_LOST', 'WORKER_LOST', 'RETRIES_EXHAUSTED', 'CIRCUIT_OPEN'],
  ResourceExhausted: [
    'MEMORY_LIMIT',
    'SPILL_LIMIT',
    'COST_LIMIT',
    'RESULT_LIMIT',
    'ITERATION_LIMIT',
    'QUEUE_FULL',
    'DISK_FULL',
    'OPEN_FILES_LIMIT',
  ],
  Cancelled: ['ABORTED'],
  Internal: ['INTERNAL'],
} as const satisfies Record<string, readonly string[]>;

/** What the caller must do. */
export type ErrorKind = keyof typeof ERROR_CODES;

/** What happened. */
export type ErrorCode = (typeof ERROR_CODES)[ErrorKind][number];

/** A half-open range of UTF-16 positions in the SQL text that the user wrote. */
export interface SourceSpan {
  readonly start: number;
  readonly end: number;
}

/** Plain values only: they cross threads and are printed. Never a credential, never a signed URL. */
export type ErrorDetails = Readonly<Record<string, string | number | boolean | readonly string[] | undefined>>;

export interface QueryErrorOptions {
  readonly details?: ErrorDetails;
  /** Where in the SQL text. */
  readonly span?: SourceSpan | undefined;
  /** One sentence that says what to do next. */
  readonly hint?: string | undefined;
  readonly cause?: unknown;
  /** Whether the same call may succeed later. Default: true for `Unavailable` and `ObjectChanged`. */
  readonly retryable?: boolean;
}

/** The explicit form in which an error crosses a thread or a process. */
export interface QueryErrorWire {
  readonly queryError: 1;
  readonly code: ErrorCode;
  readonly message: string;
  readonly details?: ErrorDetails;
  readonly span?: SourceSpan;
  readonly hint?: string;
  readonly retryable: boolean;
  readonly stack?: string;
  readonly cause?: QueryErrorWire | { readonly name: string; readonly message: string };
}

const BRAND = Symbol.for('millrace.QueryError');

const KIND_OF_CODE = new Map<ErrorCode, ErrorKind>(
  (Object.keys(ERROR_CODES) as ErrorKind[]).flatMap((kind) => ERROR_CODES[kind].map((code) => [code, kind] as const)),
);

export class QueryError extends Error {
  readonly kind: ErrorKind;
  readonly code: ErrorCode;
  readonly details: ErrorDetails;
  readonly span?: SourceSpan;
  readonly hint?: string;
  readonly retryable: boolean;

  constructor(code: ErrorCode, message: string, options: QueryErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'QueryError';
    Object.defineProperty(this, BRAND, { value: true });
    this.code = code;
    this.kind = KIND_OF_CODE.get(code) ?? 'Internal';
    this.details = options.details ?? {};
    if (options.span !== undefined) this.span = options.span;
    if (options.hint !== undefined) this.hint = options.hint;
    this.retryable = options.retryable ?? (this.kind === 'Unavailable' || this.kind === 'ObjectChanged');
  }
}

/** True for every `QueryError`, whichever copy of the package made it. */
export function isQueryError(value: unknown): value is QueryError {
  return typeof value === 'object' && value !== null && (value as Record<symbol, unknown>)[BRAND] === true;
}

/**
 * Whatever was thrown, as a `QueryError`: an abort becomes `Cancelled`, a `QueryError` stays what it is, all else is
 * `Internal` with the thrown value as its cause.
 */
export function toQueryError(thrown: unknown): QueryError {
  if (isQueryError(thrown)) return thrown;
  if (thrown instanceof Error && thrown.name === 'AbortError') {
    return new QueryError('ABORTED', 'The query was cancelled.', { cause: thrown });
  }
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return new QueryError('INTERNAL', `Unexpected failure inside Millrace: ${message}`, {
    cause: thrown,
    hint: 'This is a bug in Millrace. Please report it with the query and the stack trace.',
  });
}

/** The `Cancelled` error for an aborted signal; its reason becomes the cause. */
export function abortError(signal: AbortSignal): QueryError {
  const { reason } = signal;
  if (isQueryError(reason)) return reason;
  if (reason instanceof Error && reason.name === 'TimeoutError') {
    return new QueryError('TIMEOUT', 'The query ran into its time limit.', { cause: reason });
  }
  return new QueryError('ABORTED', 'The query was cancelled.', { cause: reason });
}

/** Throws {@link abortError} when the signal is aborted. */
export function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw abortError(signal);
}

/** Any thrown value in its wire form: plain data that structured clone and JSON both carry whole. */
export function encodeQueryError(thrown: unknown): QueryErrorWire {
  const error = toQueryError(thrown);
  const { cause } = error;
  return {
    queryError: 1,
    code: error.code,
    message: error.message,
    retryable: error.retryable,
    ...(Object.keys(error.details).length > 0 ? { details: error.details } : {}),
    ...(error.span ? { span: error.span } : {}),
    ...(error.hint ? { hint: error.hint } : {}),
    ...(error.stack ? { stack: error.stack } : {}),
    ...(isQueryError(cause)
      ? { cause: encodeQueryError(cause) }
      : cause instanceof Error
        ? { cause: { name: cause.name, message: cause.message } }
        : {}),
  };
}

/** The error that {@link encodeQueryError} was given, with class, kind, fields and stack. */
export function decodeQueryError(wire: QueryErrorWire): QueryError {
  const { cause } = wire;
  const error = new QueryError(wire.code, wire.message, {
    retryable: wire.retryable,
    ...(wire.details ? { details: wire.details } : {}),
    span: wire.span,
    hint: wire.hint,
    ...(cause === undefined
      ? {}
      : { cause: 'queryError' in cause ? decodeQueryError(cause) : Object.assign(new Error(cause.message), cause) }),
  });
  if (wire.stack) error.stack = wire.stack;
  return error;
}

/** A feature that the grammar knows and Millrace does not yet do. */
export function unsupported(what: string, span?: SourceSpan, hint?: string): QueryError {
  return new QueryError('FEATURE_NOT_IMPLEMENTED', `${what} is not supported yet.`, { span, hint });
}

/** A state that no SQL, data or setting can reach. */
export function internal(message: string): QueryError {
  return new QueryError('INTERNAL', message, { hint: 'This is a bug in Millrace. Please report it with the query.' });
}
