import { comparePaths } from '../object-path.ts';
import type { ListOptions, ListPage, ObjectStore } from '../object-store.ts';
import type { RequestMeter } from './request-meter.ts';
import type { Answer, StoreRequest } from './request-policies.ts';

/** Sends one request by the policies of its store. */
export type RunRequest = <T>(request: StoreRequest<T>, signal: AbortSignal | undefined) => Promise<Answer<T>>;

/** A listing that is under way, and what ends it. */
interface Listing {
  readonly pages: AsyncIterator<ListPage>;
  readonly abort: AbortController;
}

/** The pages of a listing. One that fails is asked for again from where the one before has ended. */
export async function* retriedPages(
  store: ObjectStore,
  prefix: string,
  options: ListOptions,
  meter: RequestMeter,
  run: RunRequest,
): AsyncGenerator<ListPage, void> {
  let { startAfter } = options;
  let listing: Listing | undefined;
  const next = async (signal: AbortSignal): Promise<IteratorResult<ListPage>> => {
    if (!listing) {
      const abort = new AbortController();
      const pages = store.list(prefix, { ...options, startAfter, signal: abort.signal })[Symbol.asyncIterator]();
      listing = { pages, abort };
    }
    const { pages, abort } = listing;
    const onAbort = () => abort.abort(signal.reason);
    if (signal.aborted) onAbort();
    else signal.addEventListener('abort', onAbort, { once: true });
    try {
      return await pages.next();
    } catch (error) {
      listing = undefined;
      throw error;
    } finally {
      signal.removeEventListener('abort', onAbort);
    }
  };
  try {
    for (let numPages = 0; ; numPages++) {
      const page = await run(
        { operation: 'list', path: prefix, bytes: 0, retries: 'transient', isHedged: false, send: next },
        options.signal,
      );
      if (page.value.done) {
        // The end is known from the last page: only an empty listing has cost a request.
        if (numPages > 0) meter.add('numRequests', -1);
        return;
      }
      yield page.value.value;
      startAfter = lastOf(page.value.value) ?? startAfter;
    }
  } finally {
    await listing?.pages.return?.();
  }
}

function lastOf({ objects, prefixes }: ListPage): string | undefined {
  const lasts = [objects.at(-1)?.path, prefixes.at(-1)].filter((last) => last !== undefined);
  return lasts.sort(comparePaths).at(-1);
}
