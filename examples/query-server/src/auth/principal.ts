/** Who asks. */
export interface Principal {
  /** Unique among all ways of authentication: `key:reports`, `jwt:alice`. */
  readonly id: string;
  readonly roles: readonly string[];
  /** Claims of the token, or attributes of the key; row filters may use them. */
  readonly attributes: Readonly<Record<string, unknown>>;
}

/** The role of whoever runs the server on the own machine, and of the token printed at start: everything. */
export const OPERATOR_ROLE = 'operator';
