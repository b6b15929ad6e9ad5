import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { AuthSettings } from '../config/server-config.ts';
import { ProblemError } from '../query-problem.ts';
import type { JwtVerifier } from './jwt-verifier.ts';
import { OPERATOR_ROLE, type Principal } from './principal.ts';

/** Tells who sent a request by what stands in its headers. */
export interface Authenticator {
  /** Throws a {@link ProblemError} of 401. */
  authenticate(headers: Readonly<Record<string, string | string[] | undefined>>): Promise<Principal>;
  /** The token made for this run, when nothing else was configured. */
  readonly generatedToken: string | undefined;
}

const ANYBODY: Principal = { id: 'local', roles: [OPERATOR_ROLE], attributes: {} };

export interface AuthenticatorOptions {
  readonly settings: AuthSettings | undefined;
  readonly jwt: JwtVerifier | undefined;
  /** Whether the server can be reached from this machine alone. */
  readonly isLoopback: boolean;
  readonly now?: () => number;
}

/**
 * API keys (`X-API-Key`, or as a bearer token) and JSON Web Tokens, as configured. With neither, nothing is asked for on loopback, and
 * elsewhere a random token.
 */
export function createAuthenticator({
  settings,
  jwt,
  isLoopback,
  now = Date.now,
}: AuthenticatorOptions): Authenticator {
  const keys = (settings?.apiKeys ?? []).map((key) => ({ ...key, hash: Buffer.from(key.sha256, 'hex') }));
  const isOpen = keys.length === 0 && !jwt;
  const generatedToken = isOpen && !isLoopback ? randomBytes(32).toString('base64url') : undefined;
  const generatedHash = generatedToken === undefined ? undefined : sha256(generatedToken);

  const byKey = (token: string): Principal | undefined => {
    const hash = sha256(token);
    if (generatedHash && timingSafeEqual(hash, generatedHash)) return { ...ANYBODY, id: 'token' };
    // All are compared, so that time does not tell which one was near.
    const matches = keys.filter((key) => timingSafeEqual(key.hash, hash));
    const valid = matches.find(({ expires }) => expires === undefined || Date.parse(expires) > now());
    return valid && { id: `key:${valid.name}`, roles: valid.roles, attributes: valid.attributes ?? {} };
  };

  return {
    generatedToken,
    async authenticate(headers) {
      const token = tokenOf(headers);
      if (token === undefined) {
        if (isOpen && isLoopback) return ANYBODY;
        throw unauthenticated('This server wants to know who asks.', 'Send the header Authorization: Bearer TOKEN.');
      }
      const principal = byKey(token) ?? (jwt && token.includes('.') ? await jwt.verify(token) : undefined);
      if (principal) return principal;
      if (isOpen && isLoopback) return ANYBODY;
      throw unauthenticated('The token is not valid, or not any more.');
    },
  };
}

function tokenOf(headers: Readonly<Record<string, string | string[] | undefined>>): string | undefined {
  const key = headers['x-api-key'];
  if (typeof key === 'string' && key !== '') return key;
  const { authorization } = headers;
  const match = typeof authorization === 'string' ? /^Bearer +([\w.~+/=-]{1,8192})$/i.exec(authorization) : undefined;
  if (typeof authorization === 'string' && !match)
    throw unauthenticated('The header Authorization must be: Bearer TOKEN.');
  return match?.[1];
}

function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

export function unauthenticated(detail: string, hint?: string): ProblemError {
  return new ProblemError(401, 'UNAUTHENTICATED', detail, hint === undefined ? {} : { hint });
}
