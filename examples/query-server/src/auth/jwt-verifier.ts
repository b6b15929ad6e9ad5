import { createLocalJWKSet, createRemoteJWKSet, type JSONWebKeySet, jwtVerify } from 'jose';
import { QueryError } from 'millrace';
import type { AuthSettings } from '../config/server-config.ts';
import { ProblemError } from '../query-problem.ts';
import { unauthenticated } from './authenticator.ts';
import type { Principal } from './principal.ts';

export interface JwtVerifier {
  /** Throws a {@link ProblemError}: 401 for a token that is not valid, 503 when the keys cannot be fetched. */
  verify(token: string): Promise<Principal>;
}

const DEFAULT_ALGORITHMS = ['RS256', 'ES256', 'EdDSA'];

/** Checks signature, issuer, audience, expiry and algorithm. `jwks` is the key set when it comes from a file. */
export function createJwtVerifier(
  settings: NonNullable<AuthSettings['jwt']>,
  jwks: JSONWebKeySet | undefined,
): JwtVerifier {
  const {
    issuer,
    audience,
    algorithms = DEFAULT_ALGORITHMS,
    rolesClaim = 'roles',
    clockToleranceSeconds = 5,
  } = settings;
  const keys = jwks
    ? createLocalJWKSet(jwks)
    : createRemoteJWKSet(new URL(requireUri(settings.jwksUri)), { timeoutDuration: 5000, cooldownDuration: 30_000 });
  return {
    async verify(token) {
      const { payload } = await jwtVerify(token, keys, {
        issuer,
        audience,
        algorithms: [...algorithms],
        clockTolerance: clockToleranceSeconds,
        requiredClaims: ['exp', 'sub'],
      }).catch((error: unknown) => {
        const code = (error as { code?: string }).code ?? '';
        if (code === 'ERR_JWT_EXPIRED') throw unauthenticated('The token has expired.');
        if (code === 'ERR_JWKS_TIMEOUT' || !code.startsWith('ERR_J')) {
          throw new ProblemError(
            503,
            'KEYS_UNAVAILABLE',
            'The keys that tokens are checked with cannot be fetched now.',
            { retryAfter: 5 },
          );
        }
        throw unauthenticated('The token is not valid.');
      });
      const roles = payload[rolesClaim];
      const list =
        typeof roles === 'string'
          ? roles.split(/[ ,]+/)
          : Array.isArray(roles)
            ? roles.filter((role) => typeof role === 'string')
            : [];
      // What the operator of this machine may do is not for an issuer of tokens to give.
      return { id: `jwt:${payload.sub}`, roles: list, attributes: payload };
    },
  };
}

function requireUri(uri: string | undefined): string {
  if (uri === undefined) throw new QueryError('BAD_SETTING', 'auth.jwt needs jwksUri or jwksFile.');
  return uri;
}
