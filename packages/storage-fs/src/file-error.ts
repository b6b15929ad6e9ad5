import { constants } from 'node:fs';
import { dirname, relative, sep } from 'node:path';
import { isQueryError, objectNotFound, QueryError } from '@millrace/core/storage';
import type { FileSystemCalls } from './file-system-calls.ts';

/** What the store was doing, for the message: "to read", "to write". */
export type FileAction = 'read' | 'write' | 'delete' | 'list';

export interface FileErrorContext {
  readonly calls: FileSystemCalls;
  /** The root of the store, for the message. */
  readonly root: string;
  /** The file or directory of the operating system that the call was about. */
  readonly file: string;
  /** The object, or the prefix of a listing. */
  readonly path: string;
  readonly action: FileAction;
}

/** The code of an error of the operating system, such as `ENOENT`. */
export function errnoOf(error: unknown): string | undefined {
  const code = error instanceof Error ? (error as NodeJS.ErrnoException).code : undefined;
  return typeof code === 'string' && /^E[A-Z0-9]+$/.test(code) ? code : undefined;
}

/**
 * An error of the operating system in the words and kinds of Millrace. What is none stays as it is.
 */
export async function fileError(error: unknown, context: FileErrorContext): Promise<unknown> {
  const errno = errnoOf(error);
  if (errno === undefined || isQueryError(error)) return error;
  const { path, file, action } = context;
  const options = { cause: error, details: { path, file, errno } };
  switch (errno) {
    case 'ENOENT':
      return objectNotFound(path, options);
    case 'ENOTDIR':
      return action === 'write' ? nameTaken(context) : objectNotFound(path, options);
    case 'EISDIR':
    case 'ENOTEMPTY':
      return action === 'write' ? nameTaken(context) : objectNotFound(path, options);
    case 'ELOOP':
      return objectNotFound(path, { ...options, hint: `The symbolic links of '${file}' lead in a circle.` });
    case 'EACCES':
    case 'EPERM':
      return permissionDenied(error, context);
    case 'EROFS':
      return new QueryError('PERMISSION_DENIED', `'${file}' is on a file system that is mounted read-only.`, options);
    case 'ENAMETOOLONG':
      return new QueryError('BAD_ARGUMENT', `The path '${path}' is longer than the file system allows.`, options);
    case 'EMFILE':
    case 'ENFILE':
      return new QueryError('OPEN_FILES_LIMIT', `Too many files are open to ${action} '${file}'.`, {
        ...options,
        retryable: true,
        hint: 'Raise the limit of open files (ulimit -n), or close results that are no longer read.',
      });
    case 'ENOSPC':
    case 'EDQUOT':
      return new QueryError('DISK_FULL', `There is no space left to write '${file}'.`, {
        ...options,
        hint: 'Free space on that disk, raise the quota, or write to another directory.',
      });
    case 'ENOTSUP':
    case 'EOPNOTSUPP':
      return new QueryError('FEATURE_NOT_IMPLEMENTED', `The file system of '${file}' cannot do this: ${errno}.`, {
        ...options,
        hint: 'Writing only if an object does not exist (ifNoneMatch) needs a file system with hard links.',
      });
    case 'EIO':
    case 'ESTALE':
    case 'ETIMEDOUT':
    case 'EHOSTDOWN':
    case 'EHOSTUNREACH':
    case 'ENXIO':
    case 'ENODEV':
      return new QueryError('CONNECTION_LOST', `The disk or file server failed to ${action} '${file}': ${errno}.`, {
        ...options,
        hint: 'Check the disk, or the connection to the file server, and try again.',
      });
    default:
      return new QueryError('CONNECTION_LOST', `The file system could not ${action} '${file}': ${errno}.`, {
        ...options,
        retryable: false,
      });
  }
}

/** A file system cannot hold an object and a folder of the same name, as an object store can. */
export function nameTaken({ path, file }: Pick<FileErrorContext, 'path' | 'file'>): QueryError {
  return new QueryError(
    'BAD_ARGUMENT',
    `The object '${path}' cannot be written: it, or a folder on the way to it, has the name of something else.`,
    {
      details: { path, file },
      hint: 'A file system cannot hold a file and a folder of the same name. Choose another path.',
    },
  );
}

export function pathOutsideRoot(path: string, file: string, target: string, root: string): QueryError {
  return new QueryError(
    'PATH_OUTSIDE_ROOT',
    `'${path}' leads through a symbolic link to '${target}', outside the root '${root}' of the store.`,
    {
      details: { path, file, target, root },
      hint: 'Choose a root that contains the target, or replace the link by the file itself.',
    },
  );
}

export function rootMissing(root: string, cause: unknown): QueryError {
  const errno = errnoOf(cause);
  return new QueryError(
    'STORE_NOT_FOUND',
    errno === 'ENOTDIR'
      ? `The root '${root}' of the file store is not a directory.`
      : `The root '${root}' of the file store does not exist.`,
    { details: { root }, hint: 'Check the spelling, or create the directory.', cause },
  );
}

/** Finds out which directory or file it is that forbids, because the operating system does not say. */
async function permissionDenied(cause: unknown, context: FileErrorContext): Promise<QueryError> {
  const { calls, root, path, action } = context;
  const file = await forbiddenPart(context);
  const isDirectory = await calls.stat(file).then(
    (stats) => stats.isDirectory(),
    () => false,
  );
  const user = typeof process.getuid === 'function' ? `user ${process.getuid()}` : 'this user';
  const wanted = action === 'write' || action === 'delete' ? 'write' : 'read';
  const inside = relative(root, file) === '' ? '' : `, which '${path}' needs`;
  return new QueryError(
    'PERMISSION_DENIED',
    isDirectory
      ? `The directory '${file}'${inside} may not be ${wanted === 'write' ? 'written to' : 'read'} by ${user}.`
      : `The file '${file}' may not be ${wanted === 'write' ? 'written' : 'read'} by ${user}.`,
    {
      details: { path, file, errno: errnoOf(cause) },
      hint: isDirectory
        ? `Give that user the right to ${wanted} and search the directory (chmod u+${wanted === 'write' ? 'rwx' : 'rx'}), or run as its owner.`
        : `Give that user the right to ${wanted} the file (chmod u+${wanted === 'write' ? 'rw' : 'r'}), or run as its owner.`,
      cause,
    },
  );
}

/** The first directory on the way, from the root on, that may not be searched; otherwise what the call was about. */
async function forbiddenPart({ calls, root, file, action }: FileErrorContext): Promise<string> {
  const parent = action === 'write' || action === 'delete' ? dirname(file) : file;
  const steps = relative(root, parent).split(sep);
  let directory = root;
  for (const step of ['', ...steps]) {
    if (step !== '') directory += sep + step;
    const allowed = await calls.access(directory, constants.X_OK).then(
      () => true,
      (error) => errnoOf(error) !== 'EACCES' && errnoOf(error) !== 'EPERM',
    );
    // The last step may be a file, which nobody needs to execute: it is named either way.
    if (!allowed) return directory;
  }
  return parent;
}
