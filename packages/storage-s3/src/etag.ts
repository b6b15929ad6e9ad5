import { notCapable } from '@millrace/core/storage';

/** The version of an object: its ETag without the quotes that belong to HTTP. */
export function etagOf(path: string, etag: string | undefined): string {
  if (etag === undefined || etag === '' || etag === '""') throw notCapable(`A server without an ETag for '${path}'`);
  return etag.replace(/^"(.*)"$/, '$1');
}

/** A version as a header wants it. */
export function quoted(version: string): string {
  return version.startsWith('W/') ? version : `"${version}"`;
}
