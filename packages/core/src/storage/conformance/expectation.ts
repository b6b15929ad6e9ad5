import { type ErrorCode, isQueryError } from '../../error/index.ts';
import type { ListPage, ObjectMetadata, ObjectStore } from '../object-store.ts';

/** The assertions of the conformance kit, which must run under any test framework and under none. */

export function expectTrue(condition: boolean, broken: string): asserts condition {
  if (!condition) throw new Error(broken);
}

/** Compares plain data by value. */
export function expectEqual(actual: unknown, expected: unknown, what: string): void {
  const [a, b] = [JSON.stringify(actual), JSON.stringify(expected)];
  if (a !== b) throw new Error(`${what} should be ${b}, but is ${a}`);
}

export function expectBytes(actual: Uint8Array, expected: Uint8Array, what: string): void {
  if (actual.length !== expected.length) {
    throw new Error(`${what} should have ${expected.length} bytes, but has ${actual.length}`);
  }
  for (let i = 0; i < expected.length; i++) {
    if (actual[i] !== expected[i])
      throw new Error(`${what} differs at byte ${i}: ${actual[i]}, expected ${expected[i]}`);
  }
}

/** Fails unless the call rejects, not throws, with a `QueryError` of one of the codes. Answers the error. */
export async function expectError(run: () => Promise<unknown>, codes: ErrorCode | readonly ErrorCode[], what: string) {
  const expected = typeof codes === 'string' ? [codes] : codes;
  let promise: Promise<unknown>;
  try {
    promise = run();
  } catch (error) {
    throw new Error(`${what} should reject, but throws synchronously`, { cause: error });
  }
  try {
    await promise;
  } catch (error) {
    if (!isQueryError(error))
      throw new Error(`${what} should reject with a QueryError, not ${String(error)}`, { cause: error });
    if (!expected.includes(error.code)) {
      throw new Error(`${what} should reject with ${expected.join(' or ')}, not ${error.code}: ${error.message}`, {
        cause: error,
      });
    }
    return error;
  }
  throw new Error(`${what} should reject with ${expected.join(' or ')}, but succeeds`);
}

/** Bytes that look random and depend on the seed only. */
export function testBytes(length: number, seed = 1): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(length);
  let state = (seed * 2654435761) | 1;
  for (let i = 0; i < length; i++) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    bytes[i] = state;
  }
  return bytes;
}

export async function readAll(body: ReadableStream<Uint8Array>): Promise<Uint8Array> {
  const reader = body.getReader();
  const parts: Uint8Array[] = [];
  while (true) {
    const { done, value } = await reader.read();
    if (done) break;
    parts.push(value.slice());
  }
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    bytes.set(part, offset);
    offset += part.length;
  }
  return bytes;
}

export async function readObject(store: ObjectStore, path: string): Promise<Uint8Array> {
  return readAll((await store.get(path)).body);
}

/** Everything that a listing gives, in its order. */
export async function drain(
  pages: AsyncIterable<ListPage>,
): Promise<{ objects: ObjectMetadata[]; prefixes: string[] }> {
  const objects: ObjectMetadata[] = [];
  const prefixes: string[] = [];
  for await (const page of pages) {
    objects.push(...page.objects);
    prefixes.push(...page.prefixes);
  }
  return { objects, prefixes };
}

/** Runs a task for each item, some at a time. */
export async function forEachOf<T>(
  items: readonly T[],
  task: (item: T) => Promise<unknown>,
  width = 16,
): Promise<void> {
  let next = 0;
  const work = async () => {
    while (next < items.length) await task(items[next++]!);
  };
  await Promise.all(Array.from({ length: width }, work));
}
