import { h, s } from './element.ts';
import type { Profile, TaskReport } from './profile.ts';
import { bytesText, durationText } from './value-text.ts';

const WIDTH = 1000;
const LEFT = 96;
const BAR = 16;
const ROW = 22;
const MAX_TASKS = 200;

interface Axis {
  readonly at: (ms: number) => number;
  readonly lines: (height: number) => SVGElement[];
}

/** From a moment on, marks at round distances. */
function axis(startMs: number, endMs: number): Axis {
  const span = Math.max(1, endMs - startMs);
  const at = (ms: number) => LEFT + ((WIDTH - LEFT - 16) * (ms - startMs)) / span;
  const power = 10 ** Math.floor(Math.log10(span / 4));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((candidate) => span / candidate <= 8)!;
  const marks = Array.from({ length: Math.floor(span / step) + 1 }, (_, i) => i * step);
  return {
    at,
    lines: (height) =>
      marks.flatMap((mark) => [
        s('line', { class: 'axis', x1: at(startMs + mark), x2: at(startMs + mark), y1: 18, y2: height }),
        s('text', { class: 'soft', x: at(startMs + mark) + 3, y: 12 }, durationText(mark)),
      ]),
  };
}

/** When each task waited for its turn, for storage, and computed. */
export function taskTimeline({ tasks, query }: Profile): HTMLElement {
  if (tasks.length === 0) return h('p', { class: 'empty' }, 'No task has run.');
  const shown = tasks
    .toSorted((a, b) => a.stage - b.stage || a.startedMs - b.startedMs || a.task - b.task)
    .slice(0, MAX_TASKS);
  const start = Math.min(Date.parse(query.created), ...shown.map(({ startedMs }) => startedMs));
  const end = Math.max(...shown.map(({ endedMs }) => endedMs));
  const { at, lines } = axis(start, end);
  const height = 24 + (shown.length + 1) * ROW + 8;
  const firstMs = Math.min(...shown.map(({ startedMs }) => startedMs));
  // A stage could not begin before those that it reads were done.
  const readyOf = new Map<number, number>();
  for (const { stage } of shown)
    if (!readyOf.has(stage))
      readyOf.set(stage, Math.min(...shown.filter((task) => task.stage === stage).map(({ startedMs }) => startedMs)));
  return h(
    'div',
    { class: 'pad' },
    legend([
      ['queue', 'waits for its turn'],
      ['wait', 'waits for storage'],
      ['cpu', 'computes'],
    ]),
    s(
      'svg',
      { viewBox: `0 0 ${WIDTH} ${height}`, role: 'img', 'aria-label': `Timeline of ${shown.length} tasks` },
      ...lines(height),
      s('text', { class: 'soft mono', x: 8, y: 34 }, 'planning'),
      s(
        'rect',
        { class: 'queue', x: at(start), y: 22, width: Math.max(2, at(firstMs) - at(start)), height: BAR, rx: 2 },
        s('title', {}, `${durationText(firstMs - start)} until the first task: queue, listing, footers, planning`),
      ),
      ...shown.flatMap((task, i) => bar(task, 22 + (i + 1) * ROW, readyOf.get(task.stage)!, at)),
    ),
    tasks.length > MAX_TASKS ? h('p', { class: 'facts' }, `The first ${MAX_TASKS} of ${tasks.length} tasks.`) : '',
  );
}

function bar(task: TaskReport, y: number, readyMs: number, at: (ms: number) => number): SVGElement[] {
  const { startedMs, endedMs, cpuMs, waitMs } = task;
  const title = `Task ${task.stage}.${task.task}: ${durationText(endedMs - startedMs)}, of these ${durationText(cpuMs)} computing and ${durationText(waitMs)} waiting for storage`;
  const from = at(startedMs);
  const whole = Math.max(2, at(endedMs) - from);
  const busy = Math.max(cpuMs + waitMs, endedMs - startedMs, 0.001);
  const waitWidth = (whole * waitMs) / busy;
  const part = (name: string, x: number, width: number) =>
    width <= 0 ? null : s('rect', { class: name, x, y, width, height: BAR, rx: 2 }, s('title', {}, title));
  return [
    s('text', { class: 'soft mono', x: 8, y: y + 12 }, `task ${task.stage}.${task.task}`),
    part('queue', at(readyMs), from - at(readyMs)),
    part('wait', from, waitWidth),
    part('cpu', from + waitWidth, Math.max(2, (whole * cpuMs) / busy)),
  ].filter((element) => element !== null);
}

function legend(items: readonly (readonly [string, string])[]): HTMLElement {
  return h('div', { class: 'legend' }, ...items.map(([name, text]) => h('span', {}, h('i', { class: name }), text)));
}

/** Every read that the tasks have told of, in the order in which it was asked for. */
export function readWaterfall({ tasks }: Profile): HTMLElement {
  const reads = tasks
    .flatMap(({ reads: own, stage, task }) => own.map((read) => ({ ...read, task: `${stage}.${task}` })))
    .toSorted((a, b) => a.startedMs - b.startedMs)
    .slice(0, MAX_TASKS);
  if (reads.length === 0)
    return h('p', { class: 'facts' }, 'Nothing was read from a store: footers and statistics were enough.');
  const { at, lines } = axis(reads[0]!.startedMs, Math.max(...reads.map(({ endedMs }) => endedMs)));
  const height = 24 + reads.length * ROW + 8;
  return h(
    'div',
    {},
    s(
      'svg',
      { viewBox: `0 0 ${WIDTH} ${height}`, role: 'img', 'aria-label': `${reads.length} reads` },
      ...lines(height),
      ...reads.flatMap(({ startedMs, endedMs, bytes, path, numRequests, task }, i) => {
        const x = at(startedMs);
        const width = Math.max(3, at(endedMs) - x);
        const text = `${bytesText(bytes)} · ${path}`;
        const fits = x + width + 8 + text.length * 6.6 < WIDTH;
        return [
          s('text', { class: 'soft mono', x: 8, y: 34 + i * ROW }, `task ${task}`),
          s(
            'rect',
            { class: 'wait', x, y: 22 + i * ROW, width, height: BAR, rx: 2 },
            s(
              'title',
              {},
              `${path}: ${numRequests} requests, ${bytesText(bytes)}, ${durationText(endedMs - startedMs)}`,
            ),
          ),
          fits
            ? s('text', { class: 'soft', x: x + width + 6, y: 34 + i * ROW }, text)
            : s('text', { class: 'soft', x: x + 6, y: 34 + i * ROW }, bytesText(bytes)),
        ];
      }),
    ),
  );
}
