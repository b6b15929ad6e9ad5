import { QueryError } from '../error/index.ts';
import { STORE_OPERATIONS, type StoreOperation } from './store-operation.ts';

/**
 * What can go wrong with a request:
 * - `throttled`: refused with 503 before anything is done.
 * - `timeout`, `connection-reset`: no answer, and nothing is done.
 * - `access-denied`: refused.
 * - `slow-first-byte`: the answer is right but late.
 * - `truncated-body`: some of the bytes arrive, then the connection is lost.
 * - `corrupt-body`: one bit of the bytes is flipped and nothing else shows it.
 * - `changed-object`: the object has another version than before.
 * - `lost-answer`: the write is done, but the answer to it is lost.
 */
export type FaultName = keyof typeof FAULT_OPERATIONS;

const ALL = STORE_OPERATIONS;

/** The operations that a fault can befall. */
export const FAULT_OPERATIONS = {
  throttled: ALL,
  timeout: ALL,
  'connection-reset': ALL,
  'access-denied': ALL,
  'slow-first-byte': ALL,
  'truncated-body': ['get', 'getRanges'],
  'corrupt-body': ['get', 'getRanges'],
  'changed-object': ['get', 'getRanges', 'head'],
  'lost-answer': ['put', 'delete'],
} as const satisfies Record<string, readonly StoreOperation[]>;

/** When a fault happens: either by chance (`rate`) or to certain requests (`requests`). Plain data. */
export interface FaultRule {
  readonly fault: FaultName;
  /** Chance of each request that the rule applies to, from 0 to 1. */
  readonly rate?: number;
  /** The numbers, from 1, of the requests that it happens to, counted among those that the rule applies to. */
  readonly requests?: readonly number[];
  /** Default: all that the fault can befall. */
  readonly operations?: readonly StoreOperation[];
  /** Only paths (for `list`: prefixes) that begin with this text. Default: all. */
  readonly pathPrefix?: string;
  /** The most times that the fault happens. Default: no limit. */
  readonly times?: number;
  /** For `slow-first-byte`. Milliseconds. Default: 1,000. */
  readonly delayMs?: number;
  /** For `throttled`: how long the store asks to wait. Milliseconds. Default: it does not say. */
  readonly retryAfterMs?: number;
}

/** Throws `BAD_SETTING` unless the rule makes sense. */
export function validateFaultRule(rule: FaultRule): void {
  const possible = FAULT_OPERATIONS[rule.fault] as readonly StoreOperation[] | undefined;
  if (!possible) {
    throw bad(`There is no fault '${String(rule.fault)}'. Faults are: ${Object.keys(FAULT_OPERATIONS).join(', ')}.`);
  }
  if ((rule.rate === undefined) === (rule.requests === undefined)) {
    throw bad(`The rule for '${rule.fault}' needs either a rate or a list of requests.`);
  }
  if (rule.rate !== undefined && !(rule.rate >= 0 && rule.rate <= 1)) {
    throw bad(`The rate of '${rule.fault}' must be from 0 to 1, not ${rule.rate}.`);
  }
  for (const number of rule.requests ?? []) {
    if (!Number.isSafeInteger(number) || number < 1) {
      throw bad(`The requests of '${rule.fault}' are counted from 1; ${number} is no such number.`);
    }
  }
  for (const operation of rule.operations ?? []) {
    if (!possible.includes(operation)) {
      throw bad(`The fault '${rule.fault}' cannot befall '${operation}', only ${possible.join(', ')}.`);
    }
  }
  for (const name of ['times', 'delayMs', 'retryAfterMs'] as const) {
    const value = rule[name];
    if (value !== undefined && !(value >= 0))
      throw bad(`${name} of '${rule.fault}' must be zero or more, not ${value}.`);
  }
}

/** The error of a fault that refuses the request or loses its answer. */
export function faultError(rule: FaultRule, operation: StoreOperation, path: string): QueryError {
  const details = { path, operation, fault: rule.fault, injected: true };
  switch (rule.fault) {
    case 'throttled':
      return new QueryError('THROTTLED', `The store asked to slow down: '${path}' was refused with 503 (injected).`, {
        details: {
          ...details,
          status: 503,
          ...(rule.retryAfterMs === undefined ? {} : { retryAfterMs: rule.retryAfterMs }),
        },
      });
    case 'timeout':
      return new QueryError('TIMEOUT', `The store did not answer in time about '${path}' (injected).`, { details });
    case 'access-denied':
      return new QueryError('PERMISSION_DENIED', `Access to '${path}' was denied (injected).`, { details });
    default:
      return new QueryError('CONNECTION_LOST', `The connection was lost during '${path}' (injected).`, { details });
  }
}

function bad(message: string): QueryError {
  return new QueryError('BAD_SETTING', message);
}
