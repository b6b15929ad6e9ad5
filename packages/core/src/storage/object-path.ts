import { QueryError } from '../error/index.ts';
import { badArgument } from './store-error.ts';

/** The longest path in bytes of UTF-8: the limit of S3, and within that of common file systems. */
export const MAX_PATH_BYTES = 1024;

const utf8 = new TextEncoder();

/**
 * Throws unless `path` names an object: one or more segments joined by `/`; no leading or trailing `/`, no empty
 * segment, no `.` or `..`, no backslash, no control character, valid Unicode, at most {@link MAX_PATH_BYTES}.
 *
 * `..` is `PATH_OUTSIDE_ROOT`, because that is what it attempts; everything else is `BAD_ARGUMENT`.
 */
export function validateObjectPath(path: string): void {
  if (typeof path !== 'string') throw badArgument('An object path must be text.');
  if (path === '') throw badArgument('An object path must not be empty.');
  validateText(path, 'object path');
  if (path.endsWith('/')) {
    throw badArgument(`The object path ${quote(path)} ends in '/', which names a folder and not an object.`);
  }
  for (const segment of path.split('/')) validateSegment(segment, path, 'object path');
}

/**
 * Throws unless `prefix` could begin an object path. It may be empty, end in `/`, or end within a segment.
 */
export function validateListPrefix(prefix: string): void {
  if (typeof prefix !== 'string') throw badArgument('A list prefix must be text.');
  if (prefix === '') return;
  validateText(prefix, 'list prefix');
  const segments = prefix.split('/');
  // What follows the last '/' is only the beginning of a segment: '', '.' and '..' may still become a good one.
  segments.pop();
  for (const segment of segments) validateSegment(segment, prefix, 'list prefix');
}

/** Whether {@link validateObjectPath} accepts `path`. */
export function isObjectPath(path: string): boolean {
  try {
    validateObjectPath(path);
    return true;
  } catch {
    return false;
  }
}

/**
 * Orders paths by the bytes of their UTF-8 form, as object stores list them. It differs from `<`, which compares UTF-16
 * units and so sorts U+10000 and above before U+E000 to U+FFFF.
 */
export function comparePaths(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const x = a.charCodeAt(i);
    const y = b.charCodeAt(i);
    if (x === y) continue;
    const xSurrogate = x >= 0xd800 && x <= 0xdfff;
    const ySurrogate = y >= 0xd800 && y <= 0xdfff;
    if (xSurrogate !== ySurrogate) {
      if (xSurrogate) return y >= 0xe000 ? 1 : x - y;
      return x >= 0xe000 ? -1 : x - y;
    }
    return x - y;
  }
  return a.length - b.length;
}

function validateText(text: string, what: string): void {
  if (!text.isWellFormed()) throw badArgument(`The ${what} ${quote(text)} is not valid Unicode.`);
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code < 0x20 || code === 0x7f) {
      throw badArgument(`The ${what} ${quote(text)} contains a control character at position ${i}.`);
    }
  }
  if (text.includes('\\')) {
    throw badArgument(`The ${what} ${quote(text)} contains a backslash. Segments are separated by '/'.`);
  }
  if (text.startsWith('/')) {
    throw badArgument(`The ${what} ${quote(text)} begins with '/'. Paths are relative to the root of the store.`);
  }
  // A UTF-16 unit takes three bytes at most, so that short texts need no encoding.
  if (text.length * 3 > MAX_PATH_BYTES && utf8.encode(text).length > MAX_PATH_BYTES) {
    throw badArgument(`The ${what} ${quote(text.slice(0, 60))}... is longer than ${MAX_PATH_BYTES} bytes.`);
  }
}

function validateSegment(segment: string, path: string, what: string): void {
  if (segment === '') throw badArgument(`The ${what} ${quote(path)} has an empty segment ('//').`);
  if (segment === '.') throw badArgument(`The ${what} ${quote(path)} has a segment '.', which names nothing.`);
  if (segment === '..') {
    throw new QueryError('PATH_OUTSIDE_ROOT', `The ${what} ${quote(path)} has a segment '..'.`, {
      details: { path },
      hint: 'Name objects relative to the root of the store.',
    });
  }
}

/** As JSON, so that a control character in a message is seen and does no harm to a terminal. */
function quote(text: string): string {
  return JSON.stringify(text);
}
