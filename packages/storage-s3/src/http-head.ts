/** The beginning of an answer: what comes before its body. */
export interface HttpHead {
  readonly status: number;
  /** By name in lower case; of a repeated header the last one. */
  readonly headers: ReadonlyMap<string, string>;
  /** Whether the connection may be used again. */
  readonly keepsAlive: boolean;
}

const END_OF_HEAD = '\r\n\r\n';

/**
 * Reads the head of an answer (RFC 9112) at the beginning of `bytes`. Answers with it and its length, or with undefined when it is not all
 * there. Throws for what is no answer of HTTP/1.1.
 */
export function readHead(bytes: Buffer): { readonly head: HttpHead; readonly length: number } | undefined {
  const end = bytes.indexOf(END_OF_HEAD);
  if (end < 0) return undefined;
  const [first = '', ...lines] = bytes.toString('latin1', 0, end).split('\r\n');
  const match = /^HTTP\/1\.([01]) (\d{3})(?: |$)/.exec(first);
  if (!match) throw new Error('The server does not speak HTTP/1.1.');
  const headers = new Map<string, string>();
  for (const line of lines) {
    const colon = line.indexOf(':');
    if (colon > 0) headers.set(line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim());
  }
  const keepsAlive = match[1] === '1' && headers.get('connection')?.toLowerCase() !== 'close';
  return { head: { status: Number(match[2]), headers, keepsAlive }, length: end + END_OF_HEAD.length };
}

/** The content of a chunked body (RFC 9112, 7.1), or undefined when it is not all there. Throws for what is none. */
export function readChunked(bytes: Buffer): Buffer | undefined {
  const parts: Buffer[] = [];
  for (let position = 0; ; ) {
    const end = bytes.indexOf('\r\n', position);
    if (end < 0) return undefined;
    const size = /^[0-9a-f]{1,8}/i.exec(bytes.toString('latin1', position, end));
    if (!size) throw new Error('The server sent a damaged answer.');
    const length = Number.parseInt(size[0], 16);
    const start = end + 2;
    // After the last chunk come trailers, which nobody wants, and an empty line.
    if (length === 0) return bytes.indexOf('\r\n', start) < 0 ? undefined : Buffer.concat(parts);
    if (bytes.length < start + length + 2) return undefined;
    parts.push(bytes.subarray(start, start + length));
    position = start + length + 2;
  }
}
