import { ListObjectsV2Command } from '@aws-sdk/client-s3';
import {
  abortError,
  comparePaths,
  isObjectPath,
  type ListOptions,
  type ListPage,
  notCapable,
  type ObjectMetadata,
} from '@millrace/core/storage';
import { etagOf } from './etag.ts';
import type { S3Requests } from './s3-requests.ts';

/**
 * The pages of a listing, as S3 gives them. Keys that are no object paths cannot be named and are left out: the empty
 * objects that stand for folders (`folder/`), and keys with empty segments, `.` or `..`.
 */
export async function* listPages(
  requests: S3Requests,
  fields: { readonly Bucket: string; readonly RequestPayer?: 'requester' },
  prefix: string,
  options: ListOptions,
): AsyncGenerator<ListPage, void> {
  const { startAfter, delimiter, signal } = options;
  let token: string | undefined;
  let last = '';
  do {
    const command = new ListObjectsV2Command({
      ...fields,
      Prefix: prefix,
      // Keys may hold characters that XML cannot.
      EncodingType: 'url',
      ...(startAfter === undefined || startAfter === '' ? {} : { StartAfter: startAfter }),
      ...(delimiter === undefined ? {} : { Delimiter: delimiter }),
      ...(token === undefined ? {} : { ContinuationToken: token }),
    });
    const answer = await requests.run(signal, () =>
      requests.send((client, sending) => client.send(command, sending), prefix, signal),
    );
    const decode = answer.EncodingType === 'url' ? decodeKey : (key: string) => key;
    // Servers differ in whether a folder sorts after a path within it.
    const isWanted = (entry: string) => startAfter === undefined || comparePaths(entry, startAfter) > 0;

    const objects: ObjectMetadata[] = [];
    for (const { Key, Size, ETag, LastModified } of answer.Contents ?? []) {
      const path = decode(Key ?? '');
      if (comparePaths(path, last) < 0) throw notCapable('A bucket whose listing is not sorted (an S3 Express bucket)');
      last = path;
      if (!isObjectPath(path) || !isWanted(path)) continue;
      objects.push({
        path,
        size: Size ?? 0,
        version: etagOf(path, ETag),
        lastModifiedMs: LastModified?.getTime() ?? 0,
      });
    }
    const prefixes = (answer.CommonPrefixes ?? [])
      .map(({ Prefix }) => decode(Prefix ?? ''))
      .filter((folder) => isObjectPath(folder.slice(0, -1)) && isWanted(folder));
    if (objects.length + prefixes.length > 0) yield { objects, prefixes };
    if (requests.closing.aborted) throw abortError(requests.closing);
    token = answer.IsTruncated ? answer.NextContinuationToken : undefined;
  } while (token !== undefined);
}

function decodeKey(key: string): string {
  return decodeURIComponent(key.replaceAll('+', ' '));
}
