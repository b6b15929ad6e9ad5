import { matchesGlob } from 'node:path';
import type { AccessPolicy, ParameterValue, TableGrant, TableIdentity } from 'millrace';
import type { Principal } from '../auth/principal.ts';
import { OPERATOR_ROLE } from '../auth/principal.ts';
import type { GrantSettings, RoleSettings } from '../config/server-config.ts';
import { ProblemError } from '../query-problem.ts';

/** What the roles of a principal allow. */
export interface Access {
  readonly policy: AccessPolicy;
  /** Groups that it may use, by name; the first is the default. */
  readonly resourceGroups: readonly string[];
  readonly seesAllQueries: boolean;
}

/** Roles by name, and what stands behind `*`. */
export interface AccessSettings {
  readonly roles: Readonly<Record<string, RoleSettings>>;
  readonly groupNames: readonly string[];
}

/** The operator may read every table, every file of every store, and use every group; it may not change names. */
const OPERATOR: RoleSettings = { tables: { '*': {} }, locations: ['**'], resourceGroups: ['*'], seesAllQueries: true };

/**
 * What a principal may do. Of several roles the first that grants a table decides, in the order in which the principal has them. Throws a
 * {@link ProblemError} of 403 when it has no role that this server knows.
 */
export function accessOf(principal: Principal, { roles, groupNames }: AccessSettings): Access {
  const isOperator = (name: string) => name === OPERATOR_ROLE && (principal.id === 'local' || principal.id === 'token');
  const own = principal.roles.flatMap((name) =>
    isOperator(name) ? [OPERATOR] : roles[name] && name !== OPERATOR_ROLE ? [roles[name]] : [],
  );
  if (own.length === 0) {
    throw new ProblemError(403, 'NO_ROLE', 'You have no role on this server.', { hint: 'Ask its operator for one.' });
  }
  const denied = new Set(own.flatMap(({ deniedFunctions = [] }) => deniedFunctions));
  const wanted = own.flatMap(({ resourceGroups = ['*'] }) => resourceGroups);
  return {
    policy: {
      table: (table) => grantFor(table, own, principal),
      mayCall: (name) => !denied.has(name),
      mayDefine: false,
    },
    resourceGroups: [...new Set(wanted.flatMap((name) => (name === '*' ? groupNames : [name])))],
    seesAllQueries: own.some(({ seesAllQueries }) => seesAllQueries === true),
  };
}

function grantFor(table: TableIdentity, roles: readonly RoleSettings[], principal: Principal): TableGrant | undefined {
  if (table.kind === 'files') {
    const isAllowed = (globs: readonly string[], { store, path }: { readonly store: string; readonly path: string }) =>
      // A glob within a glob could reach further than it looks: `..` is never a part of a path.
      !path.split('/').includes('..') && globs.some((glob) => matchesGlob(`${store}/${path}`, glob));
    const granted = roles.some(({ locations = [] }) =>
      table.locations.every((location) => isAllowed(locations, location)),
    );
    return granted ? {} : undefined;
  }
  const grants = roles.map(({ tables = {} }) => (Object.hasOwn(tables, table.name) ? tables[table.name] : tables['*']));
  const grant = grants.find((candidate) => candidate !== undefined);
  return grant && withParameters(grant, principal);
}

function withParameters({ parameters, ...grant }: GrantSettings, { attributes }: Principal): TableGrant | undefined {
  if (!parameters) return grant;
  const values: ParameterValue[] = [];
  for (const parameter of parameters) {
    const value: unknown = typeof parameter === 'object' ? attributes[parameter.claim] : parameter;
    // Without its claim a row filter has nothing to compare with: then there is nothing to see.
    if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'boolean') return undefined;
    values.push(value);
  }
  return { ...grant, parameters: values };
}
