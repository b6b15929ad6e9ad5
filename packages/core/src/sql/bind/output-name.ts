import type { AstExpression, AstFromItem } from '../ast/index.ts';

const UNNAMED = '?column?';

/** The name of an output column that has no alias, as PostgreSQL chooses it. */
export function outputName(ast: AstExpression): string {
  return nameOf(ast)?.name ?? UNNAMED;
}

/** A name, and whether a cast around the expression keeps it. */
interface Name {
  readonly name: string;
  readonly strong: boolean;
}

function nameOf(ast: AstExpression): Name | undefined {
  const strong = (name: string | undefined): Name | undefined =>
    name === undefined ? undefined : { name, strong: true };
  switch (ast.kind) {
    case 'column':
      return strong(ast.path.at(-1));
    case 'call':
      return strong(ast.path.at(-1));
    case 'field':
      return strong(ast.name);
    case 'subscript':
      return nameOf(ast.arg);
    case 'nullif':
    case 'coalesce':
    case 'greatest':
    case 'least':
    case 'array':
    case 'row':
      return strong(ast.kind);
    case 'current-time':
      return strong(CURRENT_TIME_NAMES[ast.what]);
    case 'case': {
      const inner = ast.otherwise && nameOf(ast.otherwise);
      return inner?.strong ? inner : { name: 'case', strong: false };
    }
    case 'cast': {
      const inner = nameOf(ast.arg);
      return inner?.strong ? inner : { name: ast.type.name, strong: false };
    }
    case 'subquery':
      return ast.form === 'exists' || ast.form === 'array' ? strong(ast.form) : undefined;
    default:
      return undefined;
  }
}

const CURRENT_TIME_NAMES = {
  date: 'current_date',
  time: 'current_time',
  timestamp: 'current_timestamp',
  localtime: 'localtime',
  localtimestamp: 'localtimestamp',
} as const;

/** The name that an item of FROM without an alias is called by. */
export function relationName(item: AstFromItem): string | undefined {
  if ('alias' in item && item.alias) return item.alias.name;
  return item.kind === 'table' || item.kind === 'table-function' ? item.path.at(-1) : undefined;
}
