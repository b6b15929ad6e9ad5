import { byId, h } from './element.ts';
import type { Cost, Progress } from './profile.ts';
import { bytesText, countText, dollarsText } from './value-text.ts';

/** What a query will take, and while it runs how much of that it has taken. */
export function showCost(cost: Cost | undefined, progress: Progress | undefined): void {
  const item = (
    name: string,
    foreseen: number | undefined,
    spent: number | undefined,
    text: (value: number) => string,
  ) =>
    h(
      'div',
      {},
      h('dt', {}, name),
      h(
        'dd',
        {},
        spent === undefined
          ? foreseen === undefined
            ? '–'
            : `${cost?.isUpperBound ? '≤ ' : ''}${text(foreseen)}`
          : `${text(spent)}${foreseen === undefined ? '' : ` / ${text(foreseen)}`}`,
      ),
      h('progress', {
        class: 'gauge',
        max: 1,
        value: foreseen ? Math.min(1, (spent ?? 0) / foreseen) : 0,
        'aria-label': `${name} so far`,
      }),
    );
  byId('meter').replaceChildren(
    item('bytes', cost?.bytes, progress?.bytesRead, bytesText),
    item('requests', cost?.numRequests, progress?.numRequests, countText),
    item('cost', cost?.dollars, progress?.dollars, dollarsText),
  );
}
