import type { A_Const } from 'libpg-query';
import { unsupported } from '../../error/index.ts';
import type { AstExpression } from '../ast/index.ts';
import type { AdaptContext } from './adapt-context.ts';

/** Literals. Numbers keep the digits of the text, because their type depends on them. */
export function adaptConstant(context: AdaptContext, node: A_Const): AstExpression {
  context.refuseOthers('a constant', node, ['ival', 'fval', 'boolval', 'sval', 'bsval', 'isnull', 'location']);
  const span = context.token(node.location);
  if (node.isnull) return { kind: 'null', span };
  if (node.ival) return { kind: 'number', text: String(node.ival.ival ?? 0), span };
  if (node.fval) return { kind: 'number', text: (node.fval.fval ?? '0').replaceAll('_', ''), span };
  if (node.boolval) return { kind: 'boolean', value: node.boolval.boolval ?? false, span };
  if (node.sval) return { kind: 'string', value: node.sval.sval ?? '', span };
  throw unsupported('A bit string', span, "For bytes write '\\x1f'::bytea.");
}
