/** The preferences of a request (RFC 7240) that this server knows. */
export interface Preferences {
  readonly respondAsync: boolean;
  /** Seconds that the client is ready to wait for the first rows. */
  readonly wait: number | undefined;
}

const MAX_WAIT_SECONDS = 60;

/** Unknown preferences are passed over, as the specification wants. */
export function parsePrefer(header: string | string[] | undefined): Preferences {
  const words = [header ?? []]
    .flat()
    .join(',')
    .split(/[,;]/)
    .map((word) => word.trim().toLowerCase());
  const wait = words
    .map((word) => /^wait\s*=\s*"?(\d{1,6})"?$/.exec(word)?.[1])
    .find((seconds) => seconds !== undefined);
  return {
    respondAsync: words.includes('respond-async'),
    wait: wait === undefined ? undefined : Math.min(MAX_WAIT_SECONDS, Number(wait)),
  };
}
