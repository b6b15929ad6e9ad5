import { fstatSync } from 'node:fs';
import {
  abortError,
  type ByteRange,
  bodyStream,
  type GetRangesOptions,
  type ObjectMetadata,
  truncatedObject,
  versionMismatch,
} from '@millrace/core/storage';
import { isSameFile, metadataOf } from './confined-path.ts';
import type { OpenFile } from './open-file-cache.ts';

/** One call of the operating system reads this much at most, so that an abort need not wait long. */
const READ_BYTES = 4 * 2 ** 20;

/** Calls in flight for one `getRanges`: as many as there are threads to serve them in Node.js by default. */
const MAX_READS = 4;

/** Parts of a body. */
const PART_BYTES = 256 * 1024;

interface Piece {
  readonly position: number;
  readonly target: Uint8Array;
}

/**
 * Reads ranges of an open file into `views`, which may lie over shared memory. When it settles, no read is under way
 * any more. Rejects with `VERSION_MISMATCH` when the file was written meanwhile.
 */
export async function readRanges(
  file: OpenFile,
  path: string,
  ranges: readonly ByteRange[],
  views: readonly Uint8Array[],
  { signal, onBytes }: Pick<GetRangesOptions, 'signal' | 'onBytes'>,
): Promise<void> {
  const pieces: Piece[] = [];
  ranges.forEach(({ offset, length }, i) => {
    for (let at = 0; at < length; at += READ_BYTES) {
      const target = views[i]!.subarray(at, Math.min(at + READ_BYTES, length));
      pieces.push({ position: offset + at, target });
    }
  });
  let next = 0;
  let failed = false;
  const work = async () => {
    while (next < pieces.length && !failed && !signal?.aborted) {
      const { position, target } = pieces[next++]!;
      try {
        await readPiece(file, path, position, target);
        onBytes?.(target.length);
      } catch (error) {
        failed = true;
        throw error;
      }
    }
  };
  // All are waited for, also after a failure: none may write into the memory once the caller has it back.
  const outcomes = await Promise.allSettled(Array.from({ length: Math.min(MAX_READS, pieces.length) }, work));
  if (signal?.aborted) throw abortError(signal);
  for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason;
  requireUnchanged(file, path);
}

/** A range of an open file as a stream, which releases the file. */
export function readBody(
  file: OpenFile,
  path: string,
  range: ByteRange,
  signal: AbortSignal,
  onRelease: () => void,
  translate: (error: unknown) => Promise<unknown>,
): ReadableStream<Uint8Array> {
  const end = range.offset + range.length;
  let position = range.offset;
  let reading: Promise<void> | undefined;
  return bodyStream(
    {
      async pull() {
        try {
          if (position === end) {
            requireUnchanged(file, path);
            return undefined;
          }
          const part = new Uint8Array(Math.min(PART_BYTES, end - position));
          reading = readPiece(file, path, position, part);
          await reading;
          position += part.length;
          return part;
        } catch (error) {
          throw await translate(error);
        }
      },
      async release() {
        // The file must not be closed under a read: its number could belong to another file by then.
        await reading?.catch(() => undefined);
        await file.release();
        onRelease();
      },
    },
    signal,
  );
}

/** Rejects with `VERSION_MISMATCH` when the metadata is not of the wanted version. */
export function requireVersion(metadata: ObjectMetadata, ifMatch: string | undefined): void {
  if (ifMatch !== undefined && ifMatch !== metadata.version) {
    throw versionMismatch(metadata.path, ifMatch, metadata.version);
  }
}

async function readPiece(
  { handle, stats }: OpenFile,
  path: string,
  position: number,
  target: Uint8Array,
): Promise<void> {
  let done = 0;
  while (done < target.length) {
    const { bytesRead } = await handle.read(target, done, target.length - done, position + done);
    if (bytesRead === 0) {
      // The file has become shorter since it was opened, unless it is one whose size the system does not know.
      const now = await handle.stat({ bigint: true });
      if (!isSameFile(now, stats)) throw changed(path, { handle, stats }, now);
      throw truncatedObject(path, position, target.length);
    }
    done += bytesRead;
  }
}

/**
 * A file that is written in place while it is read gives a mixture of versions; it must not pass for one. Looked up on the spot: the
 * attributes of an open file are at hand, and waking a thread of the pool would cost fifty times as much.
 */
function requireUnchanged(file: OpenFile, path: string): void {
  const now = fstatSync(file.handle.fd, { bigint: true });
  if (!isSameFile(now, file.stats)) throw changed(path, file, now);
}

function changed(path: string, { stats }: Pick<OpenFile, 'handle' | 'stats'>, now: OpenFile['stats']) {
  return versionMismatch(path, metadataOf(path, stats).version, metadataOf(path, now).version);
}
