import { Ajv, type ErrorObject } from 'ajv';
import { type Document, isMap, isNode, LineCounter, type Node, parseDocument } from 'yaml';
import { ConfigError } from './config-error.ts';
import { type ServerConfig, ServerConfigSchema } from './server-config.ts';

const ajv = new Ajv({ allErrors: true, strict: false, verbose: true });
ajv.addFormat('uri', (text: string) => URL.canParse(text));
ajv.addFormat('date-time', (text: string) => /^\d{4}-\d\d-\d\dT/.test(text) && !Number.isNaN(Date.parse(text)));
const validate = ajv.compile(ServerConfigSchema);

/**
 * The configuration in a text of YAML or JSON (which is YAML). Throws a {@link ConfigError} that tells every problem with its line and what
 * would be right.
 */
export function parseConfig(text: string, source: string): ServerConfig {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, uniqueKeys: true });
  const at = (offset: number) => {
    const { line, col } = lines.linePos(offset);
    return `line ${line}, column ${col}`;
  };
  if (document.errors.length > 0) {
    throw new ConfigError(
      source,
      document.errors.map(({ pos, message }) => `${at(pos[0])}: ${message.split(/ at line|:\n/)[0]}.`),
    );
  }
  const config: unknown = document.toJS({ maxAliasCount: 100 }) ?? {};
  const problems = [
    ...(validate(config) ? [] : schemaProblems(validate.errors ?? [], document, at)),
    ...(validate.errors ? [] : referenceProblems(config as ServerConfig, document, at)),
  ];
  if (problems.length > 0) throw new ConfigError(source, problems);
  return config as ServerConfig;
}

type At = (offset: number) => string;

function schemaProblems(errors: readonly ErrorObject[], document: Document, at: At): string[] {
  // A union reports all its branches and itself; the branches are told apart by what they say of deeper places.
  const wholes = errors.filter(({ keyword, instancePath }) => {
    if (keyword !== 'anyOf') return true;
    return !errors.some((other) => other.keyword !== 'anyOf' && other.instancePath.startsWith(`${instancePath}/`));
  });
  const inUnion = (error: ErrorObject) =>
    error.keyword !== 'anyOf' &&
    wholes.some((other) => other.keyword === 'anyOf' && other.instancePath === error.instancePath);
  // A branch of a union that is another kind of thing has nothing to say.
  const others = errors.flatMap(({ keyword, schemaPath }) =>
    keyword === 'const' ? [/^.*\/anyOf\/\d+\/(?=properties\/)/.exec(schemaPath)?.[0] ?? '#none'] : [],
  );
  // A name that is not known explains the one that is missing.
  const rank = ({ keyword }: ErrorObject) => (keyword === 'additionalProperties' ? 0 : 1);
  const problems = wholes
    .filter(({ schemaPath }) => !others.some((branch) => schemaPath.startsWith(branch)))
    .toSorted((a, b) => rank(a) - rank(b))
    .filter((error) => !inUnion(error) && error.keyword !== 'const')
    .map((error) => `${place(error.instancePath, document, at, error)}: ${describe(error)}`);
  return [...new Set(problems)];
}

function describe(error: ErrorObject): string {
  const { keyword, params, parentSchema, schema, data } = error;
  const name = error.instancePath.split('/').at(-1) || 'the configuration';
  const shown = JSON.stringify(data)?.slice(0, 60);
  switch (keyword) {
    case 'additionalProperties': {
      const known = Object.keys((parentSchema as { properties?: object }).properties ?? {});
      return `"${String(params.additionalProperty)}" is not known here; known are ${known.join(', ')}.`;
    }
    case 'required':
      return `"${String(params.missingProperty)}" is missing.`;
    case 'type':
      return `"${name}" must be of type ${String(params.type)}, not ${shown}.`;
    case 'enum':
      return `"${name}" must be one of ${(schema as string[]).map((word) => JSON.stringify(word)).join(', ')}, not ${shown}.`;
    case 'anyOf':
      return `"${name}" cannot be ${shown}. ${(parentSchema as { description?: string }).description ?? ''}`.trimEnd();
    default:
      return `"${name}" ${error.message ?? 'is wrong'}: ${shown}.`;
  }
}

/** Names that must be defined elsewhere in the file. */
function referenceProblems(config: ServerConfig, document: Document, at: At): string[] {
  const problems: string[] = [];
  const check = (path: readonly (string | number)[], value: string, known: readonly string[], what: string) => {
    if (known.includes(value)) return;
    const list = known.length > 0 ? `; there are ${known.join(', ')}` : '';
    problems.push(`${place(`/${path.join('/')}`, document, at)}: there is no ${what} "${value}"${list}.`);
  };
  const stores = Object.keys(config.stores);
  for (const [table, { location }] of Object.entries(config.tables ?? {})) {
    for (const text of [location].flat()) {
      check(['tables', table, 'location'], text.split(/:\/\/|\//)[0]!, stores, 'store');
    }
  }
  const roles = Object.keys(config.roles ?? {});
  (config.auth?.apiKeys ?? []).forEach((key, i) => {
    for (const role of key.roles) check(['auth', 'apiKeys', i, 'roles'], role, roles, 'role');
  });
  const groups = [...groupNames(config.resourceGroups ?? {}), '*'];
  for (const [role, { resourceGroups = [] }] of Object.entries(config.roles ?? {})) {
    if (config.resourceGroups === undefined && resourceGroups.every((group) => group === '*')) continue;
    for (const group of resourceGroups) check(['roles', role, 'resourceGroups'], group, groups, 'resource group');
  }
  const { jwt } = config.auth ?? {};
  if (jwt && (jwt.jwksUri === undefined) === (jwt.jwksFile === undefined)) {
    problems.push(`${place('/auth/jwt', document, at)}: exactly one of "jwksUri" and "jwksFile" is needed.`);
  }
  return problems;
}

function groupNames(groups: NonNullable<ServerConfig['resourceGroups']>, prefix = ''): string[] {
  return Object.entries(groups).flatMap(([name, group]) => [
    prefix + name,
    ...groupNames(group.groups ?? {}, `${prefix}${name}.`),
  ]);
}

/** Where a JSON pointer leads to in the text; for a key too many, the key itself. */
function place(pointer: string, document: Document, at: At, error?: ErrorObject): string {
  const path = pointer
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
  for (let length = path.length; length >= 0; length--) {
    const node: unknown = length === 0 ? document.contents : document.getIn(path.slice(0, length), true);
    if (!isNode(node)) continue;
    const extra: unknown = error?.params.additionalProperty;
    const key =
      isMap(node) && typeof extra === 'string' ? node.items.find((pair) => String(pair.key) === extra)?.key : undefined;
    const offset = ((isNode(key) ? key : node) as Node).range?.[0];
    if (offset !== undefined) return at(offset);
  }
  return 'line 1';
}
