import type { Node, SortBy } from 'libpg-query';
import { unsupported } from '../../error/index.ts';
import type { AstSortItem } from '../ast/index.ts';
import { type AdaptContext, stringsOf } from './adapt-context.ts';

export function adaptSortItems(context: AdaptContext, nodes: readonly Node[] | undefined): AstSortItem[] {
  return (nodes ?? []).map((node) => adaptSortItem(context, node));
}

/** PostgreSQL's default: nulls are greater than every value. */
function adaptSortItem(context: AdaptContext, node: Node): AstSortItem {
  if (!('SortBy' in node)) throw unsupported('This ORDER BY item', context.firstToken(node));
  const item: SortBy = node.SortBy;
  context.refuseOthers('ORDER BY', item, ['node', 'sortby_dir', 'sortby_nulls', 'useOp', 'location']);
  const operator = item.sortby_dir === 'SORTBY_USING' ? stringsOf(item.useOp).join('.') : '';
  if (operator !== '' && operator !== '<' && operator !== '>') {
    throw unsupported('ORDER BY ... USING with another operator than < and >', context.firstToken(node));
  }
  const descending = item.sortby_dir === 'SORTBY_DESC' || operator === '>';
  const nullsFirst =
    item.sortby_nulls === 'SORTBY_NULLS_DEFAULT' ? descending : item.sortby_nulls === 'SORTBY_NULLS_FIRST';
  return { expression: context.expression(item.node), descending, nullsFirst };
}
