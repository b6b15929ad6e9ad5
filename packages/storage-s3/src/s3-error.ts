import {
  type ErrorCode,
  isQueryError,
  objectExists,
  objectNotFound,
  QueryError,
  type QueryErrorOptions,
  versionMismatch,
} from '@millrace/core/storage';

/** What a request was about. */
export interface S3RequestContext {
  readonly bucket: string;
  /** The object, or the prefix of a listing. */
  readonly path: string;
  /** Where the server is, for the messages of failed connections. */
  readonly endpoint: string | undefined;
  readonly ifMatch?: string | undefined;
  readonly ifNoneMatch?: string | undefined;
}

/** The fields that errors of the AWS SDK and of Node.js have. */
export interface FailedRequest {
  readonly name?: string;
  readonly message?: string;
  readonly code?: string;
  readonly Code?: string;
  readonly $metadata?: { readonly httpStatusCode?: number; readonly requestId?: string };
  readonly $response?: { readonly headers?: Readonly<Record<string, string>> };
}

/**
 * Whatever a request ended with, in the words and kinds of Millrace. The cause keeps name and message only: errors of
 * the SDK carry what was signed, and the access key.
 */
export function s3Error(error: unknown, context: S3RequestContext): QueryError {
  if (isQueryError(error)) return error;
  const { bucket, path } = context;
  const failed = (typeof error === 'object' && error !== null ? error : {}) as FailedRequest;
  const status = failed.$metadata?.httpStatusCode;
  const name = failed.Code ?? failed.name ?? 'Error';
  const options: QueryErrorOptions = {
    details: {
      path,
      bucket,
      s3Code: failed.code ?? name,
      ...(status === undefined ? {} : { status }),
      ...(failed.$metadata?.requestId === undefined ? {} : { requestId: failed.$metadata.requestId }),
    },
    cause: withoutSecrets(failed, name),
  };
  const make = (code: ErrorCode, message: string, hint?: string, retryable?: boolean) =>
    new QueryError(code, message, { ...options, hint, ...(retryable === undefined ? {} : { retryable }) });

  // The SDK calls a lost connection a time-out.
  const isLost = failed.code === 'ECONNRESET' || failed.code === 'EPIPE';
  switch (isLost ? failed.code : name) {
    case 'NoSuchBucket':
      return make(
        'BUCKET_NOT_FOUND',
        `There is no bucket '${bucket}'.`,
        'Check its name, the endpoint and the region.',
      );
    case 'NoSuchKey':
      return objectNotFound(path, options);
    case 'InvalidAccessKeyId':
    case 'SignatureDoesNotMatch':
    case 'ExpiredToken':
    case 'InvalidToken':
    case 'TokenRefreshRequired':
      return make(
        'PERMISSION_DENIED',
        `S3 refuses the credentials: ${name}.`,
        'Check or renew the credentials of AWS.',
      );
    case 'RequestTimeTooSkewed':
      return make(
        'PERMISSION_DENIED',
        'S3 refuses requests because the clock of this machine is wrong.',
        'Set the clock.',
      );
    case 'CredentialsProviderError':
    case 'TokenProviderError':
      return make(
        'CREDENTIALS_MISSING',
        `There are no credentials for the bucket '${bucket}'.`,
        "Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY or a profile, or use credentials: 'anonymous' for public data.",
      );
    case 'PermanentRedirect':
    case 'TemporaryRedirect':
    case 'AuthorizationHeaderMalformed':
    case 'IllegalLocationConstraintException':
      return make(
        'BAD_SETTING',
        `The bucket '${bucket}' lies in another region or behind another endpoint.`,
        'Set region.',
      );
    case 'InvalidBucketName':
      return make('BAD_SETTING', `'${bucket}' is no valid name of a bucket.`);
    case 'EntityTooLarge':
      return make('BAD_ARGUMENT', `The object '${path}' is larger than the server allows.`);
    case 'InvalidObjectState':
      return make('PERMISSION_DENIED', `The object '${path}' is archived and must be restored before it can be read.`);
    case 'SlowDown':
    case 'Throttling':
    case 'ThrottlingException':
    case 'TooManyRequestsException':
    case 'RequestLimitExceeded':
      return throttled(failed, context, options);
    case 'ConditionalRequestConflict':
    case 'OperationAborted':
      return make('CONNECTION_LOST', `Another request changed '${path}' at the same moment.`, 'Try again.', true);
    case 'RequestTimeout':
    case 'TimeoutError':
      return make('TIMEOUT', `The server did not answer in time about '${path}'.`);
    case 'BadDigest':
    case 'XAmzContentChecksumMismatch':
      return make('CHECKSUM_MISMATCH', `The server got other bytes of '${path}' than were sent.`, 'Try again.');
  }
  return byStatus(status, failed, context, options) ?? byConnection(failed, context, options);
}

function byStatus(
  status: number | undefined,
  failed: FailedRequest,
  context: S3RequestContext,
  options: QueryErrorOptions,
): QueryError | undefined {
  const { bucket, path, ifMatch, ifNoneMatch } = context;
  switch (status) {
    case 404:
      return objectNotFound(path, options);
    case 401:
    case 403:
      return new QueryError('PERMISSION_DENIED', `Access to '${path}' in the bucket '${bucket}' is denied.`, {
        ...options,
        hint: 'Check the policy of the bucket and the rights of the credentials. Without s3:ListBucket, S3 answers so for missing objects, too.',
      });
    case 304:
    case 412:
      if (ifNoneMatch !== undefined) return objectExists(path, options);
      if (ifMatch !== undefined) return versionMismatch(path, ifMatch, undefined, options);
      break;
    case 416:
      return new QueryError('TRUNCATED_OBJECT', `The object '${path}' ends before the bytes that were asked for.`, {
        ...options,
        hint: 'The file is incomplete or was cut short: write or upload it again.',
      });
    case 429:
    case 503:
      return throttled(failed, context, options);
    case 501:
      return new QueryError(
        'FEATURE_NOT_IMPLEMENTED',
        `The server of '${bucket}' cannot do this: ${failed.name}.`,
        options,
      );
    case 507:
      return new QueryError('DISK_FULL', `The server of '${bucket}' has no space left.`, options);
    case 408:
    case 504:
      return new QueryError('TIMEOUT', `The server did not answer in time about '${path}'.`, options);
  }
  if (status !== undefined && status >= 500) {
    return new QueryError('CONNECTION_LOST', `The server failed with ${status} about '${path}'.`, options);
  }
  if (status !== undefined && status >= 300) {
    return new QueryError(
      'BAD_ARGUMENT',
      `The server refuses the request about '${path}': ${failed.name} (${status}).`,
      options,
    );
  }
  return undefined;
}

function byConnection(failed: FailedRequest, context: S3RequestContext, options: QueryErrorOptions): QueryError {
  const { path, endpoint } = context;
  const server = endpoint ?? 'S3';
  const code = failed.code ?? '';
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') {
    return new QueryError('CONNECTION_LOST', `The server ${server} cannot be found.`, {
      ...options,
      hint: 'Check the endpoint, the region, the name of the bucket, and the network.',
    });
  }
  if (code === 'ECONNREFUSED' || code === 'EHOSTUNREACH' || code === 'ENETUNREACH') {
    return new QueryError('CONNECTION_LOST', `The server ${server} does not accept connections (${code}).`, {
      ...options,
      hint: 'Check the endpoint and that the server runs.',
    });
  }
  if (code === 'ETIMEDOUT' || code === 'ESOCKETTIMEDOUT') {
    return new QueryError('TIMEOUT', `The server ${server} did not answer in time about '${path}'.`, options);
  }
  if (/^(ERR_TLS|ERR_SSL|CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO|HOSTNAME_MISMATCH)/.test(code) || code === 'EPROTO') {
    return new QueryError('CONNECTION_LOST', `The server ${server} cannot be trusted: ${code}.`, {
      ...options,
      retryable: false,
      hint: 'Give the certificate of its authority as ca, or check that the endpoint is https.',
    });
  }
  return new QueryError('CONNECTION_LOST', `The connection to ${server} was lost during '${path}'.`, options);
}

function throttled(failed: FailedRequest, { path }: S3RequestContext, options: QueryErrorOptions): QueryError {
  const retryAfterMs = parseRetryAfter(failed.$response?.headers?.['retry-after']);
  return new QueryError('THROTTLED', `The server asked to slow down about '${path}'.`, {
    ...options,
    details: { ...options.details, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) },
  });
}

/** Seconds, or a date (RFC 9110, 10.2.3). */
function parseRetryAfter(value: string | undefined): number | undefined {
  if (value === undefined) return undefined;
  if (/^\d+$/.test(value)) return Number(value) * 1000;
  const date = Date.parse(value);
  return Number.isNaN(date) ? undefined : Math.max(0, date - Date.now());
}

function withoutSecrets(failed: FailedRequest, name: string): Error {
  const cause = new Error(name === 'CredentialsProviderError' ? name : (failed.message ?? name));
  cause.name = name;
  return cause;
}
