import { collectBody } from '../storage/object-body.ts';
import type { ObjectStore } from '../storage/object-store.ts';
import { badFooter } from './file-error.ts';
import { encrypted, Footer, type FooterObject } from './footer.ts';
import { MAGIC_BYTES, TRAILER_BYTES } from './parquet-format.ts';

export interface ReadFooterOptions {
  /** Bytes read from the end of the object in the hope that the footer is among them. Default: 65,536. */
  readonly tailBytes?: number | undefined;
  /** Rejects with `VERSION_MISMATCH` unless the object has this version. */
  readonly ifMatch?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Bytes of the speculative read at the end of a file. */
const DEFAULT_TAIL_BYTES = 65_536;

const MAX_FOOTER_BYTES = 2 ** 30;

/**
 * Reads the footer of a Parquet file. Cost: one request for the end of the object, and a second one only when the footer
 * is larger than `tailBytes`.
 *
 * Errors: `BAD_FOOTER` for what is no Parquet file or a damaged one, `UNSUPPORTED_FILE` for encrypted files, and those of
 * {@link ObjectStore.get}.
 */
export async function readFooter(store: ObjectStore, path: string, options: ReadFooterOptions = {}): Promise<Footer> {
  const { tailBytes = DEFAULT_TAIL_BYTES, ifMatch, signal } = options;
  const suffix = Math.max(tailBytes, MAGIC_BYTES + TRAILER_BYTES);
  const { metadata, range, body } = await store.get(path, { range: { suffix }, ifMatch, signal });
  const tail = await collectBody(body, { signal });
  const object: FooterObject = { path, version: metadata.version, sizeBytes: metadata.size };
  if (tail.length !== range.length) throw badFooter(path, 'its end could not be read');
  const footerBytes = footerLength(object, tail);
  const footerEnd = tail.length - TRAILER_BYTES;
  if (footerBytes <= footerEnd) return new Footer(object, tail.slice(footerEnd - footerBytes, footerEnd));
  const offset = metadata.size - TRAILER_BYTES - footerBytes;
  const { ranges } = await store.getRanges(path, [{ offset, length: footerBytes }], {
    ifMatch: metadata.version,
    signal,
  });
  return new Footer(object, ranges[0]!);
}

/** The footer of a whole file in memory. Errors as those of {@link readFooter}. */
export function footerOf(path: string, file: Uint8Array, version = ''): Footer {
  const object: FooterObject = { path, version, sizeBytes: file.length };
  const end = file.length - TRAILER_BYTES;
  const footerBytes = footerLength(object, file);
  return new Footer(object, file.slice(end - footerBytes, end));
}

/** Bytes of the footer, from the end of an object, after checks that tell what else the object may be. */
function footerLength({ path, sizeBytes }: FooterObject, tail: Uint8Array): number {
  if (sizeBytes === 0) throw badFooter(path, 'it is empty');
  if (sizeBytes < MAGIC_BYTES + TRAILER_BYTES) throw badFooter(path, `it has only ${sizeBytes} bytes`);
  const magic = String.fromCharCode(...tail.subarray(-MAGIC_BYTES));
  if (magic === 'PARE') throw encrypted(path);
  if (magic !== 'PAR1') {
    throw badFooter(
      path,
      looksLikeText(tail)
        ? 'it seems to be a text file (CSV or JSON?) under a wrong name'
        : "it does not end in 'PAR1', so that it is of another format or was not written to its end",
    );
  }
  const view = new DataView(tail.buffer, tail.byteOffset, tail.byteLength);
  const length = view.getUint32(tail.length - TRAILER_BYTES, true);
  if (length > sizeBytes - MAGIC_BYTES - TRAILER_BYTES || length > MAX_FOOTER_BYTES) {
    throw badFooter(path, `its footer would have ${length} bytes, and the whole file has ${sizeBytes}`);
  }
  return length;
}

/** Whether there are no control characters, and not mostly bytes beyond ASCII. */
function looksLikeText(bytes: Uint8Array): boolean {
  let numOther = 0;
  for (const byte of bytes) {
    if (byte < 0x20 && byte !== 0x0a && byte !== 0x0d && byte !== 0x09) return false;
    if (byte > 0x7e) numOther++;
  }
  return numOther < bytes.length / 2;
}
