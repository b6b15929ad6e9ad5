import type { AstExpression, AstQuery } from '../ast/index.ts';

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
    case 'slice':
      return nameOf(ast.arg);
    case 'nullif':
    case 'coalesce':
    case 'grouping':
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
      if (ast.form === 'scalar') return strong(firstOutput(ast.query));
      return ast.form === 'exists' || ast.form === 'array' ? strong(ast.form) : undefined;
    default:
      return undefined;
  }
}

/** The name of the only column of a scalar subquery. */
function firstOutput({ body }: AstQuery): string | undefined {
  if (body.kind === 'values') return 'column1';
  if (body.kind === 'set-operation') return firstOutput(body.operands[0]!);
  const [item] = body.items;
  return item && (item.alias ?? nameOf(item.expression)?.name ?? UNNAMED);
}

const CURRENT_TIME_NAMES = {
  date: 'current_date',
  time: 'current_time',
  timestamp: 'current_timestamp',
  localtime: 'localtime',
  localtimestamp: 'localtimestamp',
} as const;
