import { QueryError } from '../error/index.ts';
import { collectBody } from './object-body.ts';
import type { GetOptions, ObjectStore } from './object-store.ts';

export interface ReadObjectOptions extends GetOptions {
  /** More than this is `RESULT_LIMIT`, before a byte is read. Default: 256 MiB. */
  readonly maxBytes?: number;
}

const DEFAULT_MAX_BYTES = 256 * 2 ** 20;

/** An object, or a range of it, as one array. Cost: one request. Errors: those of `get`, and `RESULT_LIMIT`. */
export async function getBytes(
  store: ObjectStore,
  path: string,
  options: ReadObjectOptions = {},
): Promise<Uint8Array<ArrayBuffer>> {
  const { maxBytes = DEFAULT_MAX_BYTES, ...getOptions } = options;
  const { body, range } = await store.get(path, getOptions);
  if (range.length > maxBytes) {
    await body.cancel();
    throw new QueryError(
      'RESULT_LIMIT',
      `The object '${path}' has ${range.length} bytes; at most ${maxBytes} are read.`,
      {
        details: { path, bytes: range.length, maxBytes },
        hint: 'Raise maxBytes, or read the object as a stream.',
      },
    );
  }
  return collectBody(body, { signal: options.signal });
}

/** An object as text. Errors: those of {@link getBytes}, and `BAD_ENCODING` when it is not UTF-8. */
export async function getText(store: ObjectStore, path: string, options: ReadObjectOptions = {}): Promise<string> {
  const bytes = await getBytes(store, path, options);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new QueryError('BAD_ENCODING', `The object '${path}' is not text in UTF-8.`, { details: { path }, cause });
  }
}
