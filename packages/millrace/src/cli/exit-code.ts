import type { ErrorKind } from '@millrace/core';

/** Exit codes of the command. A script can tell who must act: the writer of the SQL, the keeper of the data, or nobody. */
export const EXIT = {
  ok: 0,
  failed: 1,
  usage: 2,
  query: 3,
  data: 4,
  limit: 5,
  unavailable: 6,
  cancelled: 130,
} as const;

const BY_KIND: Readonly<Record<ErrorKind, number>> = {
  InvalidQuery: EXIT.query,
  Unsupported: EXIT.query,
  InvalidArgument: EXIT.usage,
  Execution: EXIT.query,
  NotFound: EXIT.data,
  AlreadyExists: EXIT.data,
  AccessDenied: EXIT.data,
  CorruptData: EXIT.data,
  ObjectChanged: EXIT.data,
  Unavailable: EXIT.unavailable,
  ResourceExhausted: EXIT.limit,
  Cancelled: EXIT.cancelled,
  Internal: EXIT.failed,
};

export function exitCode(kind: ErrorKind): number {
  return BY_KIND[kind];
}
