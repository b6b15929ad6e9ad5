import type { Node, TypeName as TypeNameNode } from 'libpg-query';
import { unsupported } from '../../error/index.ts';
import type { TypeName } from '../ast/index.ts';
import { type AdaptContext, stringsOf } from './adapt-context.ts';

export function adaptTypeName(context: AdaptContext, node: TypeNameNode): TypeName {
  const span = context.name(node.location);
  context.refuseOthers('a type', node, ['names', 'typmods', 'typemod', 'arrayBounds', 'location'], span);
  const parts = stringsOf(node.names);
  if (parts.length > 2 || (parts.length === 2 && parts[0] !== 'pg_catalog')) {
    throw unsupported('A type in a schema', span);
  }
  // `"char"` is another type than char, which the grammar names bpchar.
  const name = parts.at(-1) ?? '';
  const modifiers = (node.typmods ?? []).map((modifier) => integerOf(modifier, context, span));
  return { name, modifiers, dimensions: node.arrayBounds?.length ?? 0, span };
}

function integerOf(node: Node, context: AdaptContext, span: { start: number; end: number }): number {
  if ('A_Const' in node && node.A_Const.ival) return node.A_Const.ival.ival ?? 0;
  throw unsupported('A type modifier that is no integer', context.firstToken(node) ?? span);
}
