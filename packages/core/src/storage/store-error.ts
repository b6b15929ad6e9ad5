import { QueryError, type QueryErrorOptions, unsupported } from '../error/index.ts';

/** The errors of the storage contract, so that all stores word them alike. `cause` is what the store itself was told. */

export function objectNotFound(path: string, options: QueryErrorOptions = {}): QueryError {
  return new QueryError('OBJECT_NOT_FOUND', `There is no object '${path}'.`, {
    hint: 'Check the spelling of the path and the root or bucket of the store.',
    ...options,
    details: { path, ...options.details },
  });
}

export function objectExists(path: string, options: QueryErrorOptions = {}): QueryError {
  return new QueryError('OBJECT_EXISTS', `The object '${path}' exists already.`, {
    ...options,
    details: { path, ...options.details },
  });
}

/** `found` is left out where the store does not say which version it has. */
export function versionMismatch(
  path: string,
  expected: string,
  found?: string,
  options: QueryErrorOptions = {},
): QueryError {
  return new QueryError(
    'VERSION_MISMATCH',
    `The object '${path}' has changed: version ${expected} was expected${found === undefined ? '' : `, but it is ${found}`}.`,
    {
      hint: 'Run the query again to read the new version.',
      ...options,
      details: { path, expected, ...(found === undefined ? {} : { found }), ...options.details },
    },
  );
}

/** Bytes were asked for that lie beyond the end of the object. `size` is left out where the store does not say it. */
export function truncatedObject(path: string, offset: number, length: number, size?: number): QueryError {
  return new QueryError(
    'TRUNCATED_OBJECT',
    `The object '${path}' ${size === undefined ? 'ends' : `has only ${size} bytes and ends`} before byte ${offset + length}, which was asked for.`,
    {
      details: { path, offset, length, ...(size === undefined ? {} : { size }) },
      hint: 'The file is incomplete or was cut short: write or upload it again.',
    },
  );
}

/** A call on a store after `close()`. */
export function storeClosed(what: string): QueryError {
  return new QueryError('ENGINE_CLOSED', `${what} has been closed.`, { hint: 'Open a new store.' });
}

/** The refusal of what `capabilities` says the store cannot do. `what` is a noun phrase. */
export function notCapable(what: string, hint?: string): QueryError {
  return unsupported(what, undefined, hint);
}

export function badArgument(message: string, details: QueryErrorOptions['details'] = {}): QueryError {
  return new QueryError('BAD_ARGUMENT', message, { details });
}
