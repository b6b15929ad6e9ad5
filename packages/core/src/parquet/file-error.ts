import { QueryError } from '../error/index.ts';

/** The error for a footer that makes no sense; `reason` goes on from "the footer of the file". */
export function badFooter(path: string, reason: string, details: Record<string, string | number> = {}): QueryError {
  return new QueryError('BAD_FOOTER', `'${path}' is no readable Parquet file: ${reason}.`, {
    details: { path, ...details },
    hint: 'The file is damaged or incomplete. Write it again, or leave it out of the query.',
  });
}

/** The error for a sound file that uses something Millrace cannot read. */
export function unsupportedFile(path: string, reason: string, hint?: string): QueryError {
  return new QueryError('UNSUPPORTED_FILE', `'${path}' cannot be read: ${reason}.`, { details: { path }, hint });
}

/** Where in a file something was found. */
export interface PagePlace {
  readonly path: string;
  readonly rowGroup: number;
  readonly column: string;
  /** Number of the page in its column chunk, counted from 0; -1 for the chunk as a whole. */
  readonly page: number;
}

/** The error for a page whose bytes cannot be what a writer wrote. */
export function badPage(place: PagePlace, reason: string, cause?: unknown): QueryError {
  return new QueryError('BAD_PAGE', `${describePlace(place)} is damaged: ${reason}.`, {
    details: { ...place },
    hint: 'The file is damaged. Write it again, or leave it out of the query.',
    cause,
  });
}

/** The error for a page whose bytes are not those that its checksum was made of. */
export function badChecksum(place: PagePlace): QueryError {
  return new QueryError('CHECKSUM_MISMATCH', `${describePlace(place)} is damaged: its checksum does not match.`, {
    details: { ...place },
    hint: 'The file is damaged. Write it again, or leave it out of the query.',
  });
}

/** The error for text that is no UTF-8. */
export function badText(place: PagePlace): QueryError {
  return new QueryError('BAD_ENCODING', `${describePlace(place)} holds text that is not valid UTF-8.`, {
    details: { ...place },
    hint: 'The column is declared as text but holds other bytes. Write it without the STRING annotation to read it as bytea.',
  });
}

/** The error for a way of storing pages that no decoder here knows. */
export function unsupportedPage(place: PagePlace, what: string): QueryError {
  return new QueryError(
    'FEATURE_NOT_IMPLEMENTED',
    `${describePlace(place)} uses ${what}, which is not supported yet.`,
    {
      details: { ...place },
    },
  );
}

function describePlace({ path, rowGroup, column, page }: PagePlace): string {
  const where = `column '${column}' in row group ${rowGroup} of '${path}'`;
  return page < 0 ? `The data of ${where}` : `Page ${page} of ${where}`;
}
