import { isQueryError, QueryError } from '../../error/index.ts';
import type { Timers } from '../../runtime/timers.ts';
import { bodyStream } from '../object-body.ts';
import type { GetOptions, GetResult } from '../object-store.ts';
import type { RequestMeter } from './request-meter.ts';
import type { Answer, RequestPolicies } from './request-policies.ts';
import { isTransient } from './retry-policy.ts';

type Body = ReadableStreamDefaultReader<Uint8Array>;

/** Times that one body goes on after its connection was lost. */
const MAX_RESUMPTIONS = 4;

/**
 * The body of an answer, which goes on with another request when its connection is lost or makes no progress, from where it was and of the
 * same version. It keeps the slot of its request until it ends.
 */
export function resumingBody(
  opened: Answer<GetResult>,
  open: (options: GetOptions) => Promise<Answer<GetResult>>,
  policies: RequestPolicies,
  meter: RequestMeter,
  signal: AbortSignal | undefined,
): ReadableStream<Uint8Array> {
  const { metadata, range } = opened.value;
  const end = range.offset + range.length;
  let current = opened;
  let reader: Body | undefined = current.value.body.getReader();
  let position = range.offset;
  let numResumptions = 0;

  const close = async () => {
    const last = reader;
    reader = undefined;
    current.release();
    // A body that has failed has nothing left to cancel.
    await last?.cancel().catch(() => undefined);
  };
  const resume = async (error: unknown) => {
    await close();
    const isOver = numResumptions >= MAX_RESUMPTIONS || position === end;
    if (!isQueryError(error) || !isTransient(error) || isOver || signal?.aborted) throw error;
    numResumptions += 1;
    meter.add('numFailed');
    meter.add('numRetries');
    current = await open({ range: { offset: position, length: end - position }, ifMatch: metadata.version, signal });
    reader = current.value.body.getReader();
  };
  const next = async (): Promise<Uint8Array | undefined> => {
    for (;;) {
      try {
        const part = await withProgress(reader!, policies.timers, policies.progressTimeoutMs, metadata.path);
        if (part.done) {
          reader = undefined;
          return undefined;
        }
        position += part.value.length;
        meter.add('bytesRead', part.value.length);
        meter.add('bytesFetched', part.value.length);
        return part.value;
      } catch (error) {
        await resume(error);
      }
    }
  };
  return bodyStream({ pull: next, release: close }, signal);
}

async function withProgress(
  reader: Body,
  timers: Timers,
  timeoutMs: number,
  path: string,
): Promise<ReadableStreamReadResult<Uint8Array>> {
  const late = Promise.withResolvers<never>();
  const cancelTimer = timers.after(timeoutMs, () =>
    late.reject(
      new QueryError('TIMEOUT', `Storage made no progress with '${path}' for ${timeoutMs} ms.`, {
        details: { path, operation: 'get', progressTimeoutMs: timeoutMs },
      }),
    ),
  );
  try {
    return await Promise.race([reader.read(), late.promise]);
  } finally {
    cancelTimer();
  }
}
