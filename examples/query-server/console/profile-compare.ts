import { h } from './element.ts';
import { nodeTotals, type Profile } from './profile.ts';
import { bytesText, countText, durationText } from './value-text.ts';

/** Two profiles side by side; a smaller figure of the second is better. */
export function profileCompare(first: Profile, second: Profile): HTMLElement {
  const figures: (readonly [string, (profile: Profile) => number, (value: number) => string])[] = [
    ['elapsed', ({ stats }) => stats.elapsedMs, durationText],
    ['planning', ({ stats }) => stats.planMs, durationText],
    ['computing, all tasks', ({ tasks }) => tasks.reduce((sum, { cpuMs }) => sum + cpuMs, 0), durationText],
    ['waiting for storage, all tasks', ({ tasks }) => tasks.reduce((sum, { waitMs }) => sum + waitMs, 0), durationText],
    ['bytes read', ({ stats }) => stats.bytesRead, bytesText],
    ['requests', ({ stats }) => stats.numRequests, countText],
    ['bytes exchanged', ({ stats }) => stats.exchangedBytes, bytesText],
    ['peak memory', ({ stats }) => stats.peakBytes, bytesText],
    ['tasks', ({ tasks }) => tasks.length, countText],
    ['rows', ({ stats }) => stats.numRows, countText],
  ];
  const line = (name: string, a: number | undefined, b: number | undefined, text: (value: number) => string) => {
    const change = a !== undefined && b !== undefined && a > 0 ? b / a - 1 : undefined;
    const kind = change === undefined || Math.abs(change) < 0.05 ? '' : change < 0 ? 'better' : 'worse';
    return h(
      'tr',
      {},
      h('td', {}, name),
      h('td', { class: 'number' }, a === undefined ? '' : text(a)),
      h('td', { class: 'number' }, b === undefined ? '' : text(b)),
      h(
        'td',
        { class: `number ${kind}` },
        change === undefined ? '' : `${change > 0 ? '+' : ''}${(100 * change).toFixed(0)} %`,
      ),
    );
  };
  const operators = (profile: Profile) => {
    const totals = nodeTotals(profile.tasks);
    const times = new Map<string, number>();
    for (const { nodes } of profile.plan.stages) {
      for (const { id, kind } of nodes) times.set(kind, (times.get(kind) ?? 0) + (totals.get(id)?.cpuMs ?? 0));
    }
    return times;
  };
  const [left, right] = [operators(first), operators(second)];
  const kinds = [...new Set([...left.keys(), ...right.keys()])];
  const head = (title: string) =>
    h(
      'thead',
      {},
      h(
        'tr',
        {},
        h('th', {}, title),
        ...['first', 'second', 'change'].map((name) => h('th', { class: 'number' }, name)),
      ),
    );
  return h(
    'div',
    { class: 'pad' },
    h(
      'table',
      { class: 'plain' },
      head('figure'),
      h('tbody', {}, ...figures.map(([name, of, text]) => line(name, of(first), of(second), text))),
    ),
    h('h2', {}, 'Time by kind of operator'),
    h(
      'table',
      { class: 'plain' },
      head('operator'),
      h(
        'tbody',
        {},
        ...kinds.map((kind) => line(kind.replace(/Exec$/, ''), left.get(kind), right.get(kind), durationText)),
      ),
    ),
    h('h2', {}, 'SQL'),
    h('table', { class: 'plain' }, h('tbody', {}, h('tr', {}, h('td', {}, first.sql), h('td', {}, second.sql)))),
  );
}
