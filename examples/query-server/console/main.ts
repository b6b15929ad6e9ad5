import { ApiError, api, type Rows, setToken } from './api.ts';
import { showCost } from './cost-meter.ts';
import { byId, h } from './element.ts';
import { planGraph } from './plan-graph.ts';
import { type Column, type Cost, isProfile, type Plan, type Problem, type Profile, type Progress } from './profile.ts';
import { profileCompare } from './profile-compare.ts';
import { resultChart } from './result-chart.ts';
import { ResultTable } from './result-table.ts';
import { schemaTree } from './schema-tree.ts';
import { SqlEditor } from './sql-editor.ts';
import { storageView } from './storage-view.ts';
import { taskTimeline } from './task-timeline.ts';
import { bytesText, countText, durationText } from './value-text.ts';

/** More rows than these are not fetched into the page. */
const MAX_ROWS = 50_000;
const EXPLAIN_AFTER_MS = 500;
const VIEWS = ['rows', 'chart', 'plan', 'time', 'storage', 'compare'] as const;
type View = (typeof VIEWS)[number];

interface Session {
  columns: readonly Column[];
  rows: Rows['rows'];
  table: ResultTable | undefined;
  hasMore: boolean;
  plan: Plan | undefined;
  cost: Cost | undefined;
  profile: Profile | undefined;
}

const empty = (): Session => ({
  columns: [],
  rows: [],
  table: undefined,
  hasMore: false,
  plan: undefined,
  cost: undefined,
  profile: undefined,
});

let session = empty();
let view: View = 'rows';
let running: { readonly id: string; readonly stop: AbortController } | undefined;
let explaining: AbortController | undefined;
let explainTimer = 0;
const saved: { readonly name: string; readonly profile: Profile }[] = [];
let compared: [number, number] | undefined;

const editor = new SqlEditor(() => {
  clearTimeout(explainTimer);
  explainTimer = setTimeout(() => void explain(), EXPLAIN_AFTER_MS);
});

const group = () => byId<HTMLSelectElement>('group').value || undefined;

function setState(state: string, facts = ''): void {
  const badge = byId('state');
  badge.textContent = state.toLowerCase();
  badge.dataset.state = state;
  byId('facts').textContent = facts;
}

function showProblem(problem: Problem | undefined, offset = 0): void {
  const host = byId('problem');
  host.hidden = !problem;
  editor.mark(problem?.position && { start: problem.position.start + offset, end: problem.position.end + offset });
  if (!problem) return;
  const place = problem.position ? ` at line ${problem.position.line}, column ${problem.position.column}` : '';
  const others = problem.candidates?.length ? ` Near: ${problem.candidates.join(', ')}.` : '';
  host.replaceChildren(
    h('strong', {}, problem.code + place),
    h('p', {}, problem.detail),
    problem.hint || others ? h('p', {}, `${problem.hint ?? ''}${others}`) : '',
  );
}

function showError(error: unknown, offset = 0): void {
  if (error instanceof ApiError) {
    if (error.status === 401) byId('token-field').hidden = false;
    showProblem(error.problem, offset);
  } else if (!(error instanceof DOMException && error.name === 'AbortError')) {
    showProblem({ code: 'CONSOLE', detail: String(error), retryable: false });
  }
}

/** Says what the query would take; while it is being written its errors are nobody's business. */
async function explain(): Promise<void> {
  explaining?.abort();
  explaining = new AbortController();
  const { sql } = editor.chosen;
  if (running || sql.trim() === '') return;
  try {
    const plan = await api.explain(sql, group(), explaining.signal);
    if (!running && !session.profile) session.plan = plan;
    showCost(plan.cost, undefined);
  } catch (error) {
    if (error instanceof ApiError) showCost(undefined, undefined);
  }
}

async function run(): Promise<void> {
  if (running) return;
  clearTimeout(explainTimer);
  explaining?.abort();
  const { sql, offset } = editor.chosen;
  showProblem(undefined);
  session = empty();
  compared = undefined;
  setState('QUEUED');
  setBusy(true);
  draw();
  try {
    const { id } = await api.submit(sql, group());
    running = { id, stop: new AbortController() };
    const rows = fetchRows(id);
    for await (const { event, data } of api.events(id, running.stop.signal)) {
      if (event === 'progress') showProgress(data as Progress);
      else applyState(data as { state: string; cost?: Cost; error?: Problem }, offset);
    }
    await rows;
    const status = await api.status(id);
    showProgress(status.progress);
    setState(
      status.state,
      `${countText(status.progress.numRows)} rows in ${durationText(status.elapsedMs)} · ${bytesText(status.progress.bytesRead)} read · peak ${bytesText(status.progress.peakBytes)}`,
    );
    if (status.error) showProblem(status.error, offset);
    session.profile = await api.profile(id).catch(() => undefined);
    if (session.profile) keep(session.profile);
  } catch (error) {
    setState('FAILED');
    showError(error, offset);
  } finally {
    running = undefined;
    setBusy(false);
    draw();
  }
}

function applyState({ state, cost, error }: { state: string; cost?: Cost; error?: Problem }, offset: number): void {
  setState(state, byId('facts').textContent ?? '');
  if (cost) session.cost = cost;
  if (error) showProblem(error, offset);
}

function showProgress(progress: Progress): void {
  const bar = byId<HTMLProgressElement>('progress');
  bar.value = progress.numTasks === 0 ? 0 : progress.numTasksDone / progress.numTasks;
  byId('facts').textContent =
    progress.placeInQueue > 0
      ? `number ${progress.placeInQueue} in the queue`
      : `${progress.numTasksDone} of ${progress.numTasks} tasks · ${countText(progress.numRows)} rows · ${bytesText(progress.bytesRead)}`;
  showCost(session.cost, progress);
}

/** Rows come part by part while the query runs. */
async function fetchRows(id: string): Promise<void> {
  for (let part = 0; session.rows.length < MAX_ROWS; ) {
    const { rows, hasMore } = await api.part(id, part).catch((error: unknown) => {
      // The events tell why the query failed.
      if (error instanceof ApiError) return { rows: undefined, hasMore: false };
      throw error;
    });
    session.hasMore = hasMore;
    if (rows) {
      session.columns = rows.columns;
      session.rows = [...session.rows, ...rows.rows].slice(0, MAX_ROWS);
      session.table ??= new ResultTable(rows.columns, () =>
        session.hasMore ? 'There are more rows; the console fetches no more than these.' : '',
      );
      if (part === 0) draw();
      part++;
    }
    session.table?.setRows(session.rows);
    if (!hasMore) return;
  }
}

async function cancel(): Promise<void> {
  if (!running) return;
  await api.cancel(running.id).catch(showError);
}

function setBusy(isBusy: boolean): void {
  byId<HTMLButtonElement>('run').disabled = isBusy;
  byId<HTMLButtonElement>('cancel').disabled = !isBusy;
  byId<HTMLButtonElement>('export').disabled = isBusy || !session.profile;
  if (isBusy) byId<HTMLProgressElement>('progress').value = 0;
}

function keep(profile: Profile): void {
  saved.push({ name: profile.sql.replaceAll(/\s+/g, ' ').slice(0, 60), profile });
  if (saved.length > 20) saved.shift();
  drawProfiles();
}

function drawProfiles(): void {
  byId('profiles').replaceChildren(
    ...saved.map(({ name, profile }, i) =>
      h(
        'li',
        {},
        h(
          'button',
          {
            type: 'button',
            title: profile.sql,
            'aria-pressed': session.profile === profile ? 'true' : 'false',
            onclick: () => open(profile),
          },
          name,
        ),
        h(
          'button',
          {
            type: 'button',
            title: 'Compare with the one that is open',
            'aria-label': `Compare with ${name}`,
            onclick: () => compareWith(i),
          },
          '⇄',
        ),
      ),
    ),
  );
}

function open(profile: Profile): void {
  session = { ...empty(), plan: profile.plan, cost: profile.plan.cost, profile };
  editor.text = profile.sql;
  showProblem(profile.query.error);
  setState(
    profile.query.state,
    `${countText(profile.stats.numRows)} rows in ${durationText(profile.stats.elapsedMs)} · saved profile`,
  );
  showCost(profile.plan.cost, profile.query.progress);
  setBusy(false);
  drawProfiles();
  select(view === 'rows' || view === 'chart' ? 'plan' : view);
}

function compareWith(index: number): void {
  const current = saved.findIndex(({ profile }) => profile === session.profile);
  compared = [index, current < 0 ? saved.length - 1 : current];
  select('compare');
}

function exportProfile(): void {
  if (!session.profile) return;
  const url = URL.createObjectURL(new Blob([JSON.stringify(session.profile)], { type: 'application/json' }));
  h('a', { href: url, download: `profile-${session.profile.query.id}.json` }).click();
  URL.revokeObjectURL(url);
}

async function importProfile(event: Event): Promise<void> {
  const input = event.currentTarget as HTMLInputElement;
  const file = input.files?.[0];
  if (!file) return;
  try {
    const value: unknown = JSON.parse(await file.text());
    if (!isProfile(value)) throw new Error('it is no profile of this console');
    keep(value);
    open(value);
  } catch (error) {
    showProblem({
      code: 'PROFILE',
      detail: `${file.name} cannot be opened: ${(error as Error).message}.`,
      retryable: false,
    });
  }
  input.value = '';
}

function content(): Node {
  const { profile, plan: estimated } = session;
  const plan = profile?.plan ?? estimated;
  const nothing = (text: string) => h('p', { class: 'empty' }, text);
  switch (view) {
    case 'rows':
      return (
        session.table?.element ??
        nothing(running ? 'Waiting for the first rows …' : 'Write a query and press Ctrl Enter.')
      );
    case 'chart':
      return resultChart(session.columns, session.rows);
    case 'plan':
      return plan ? planGraph(plan, profile?.tasks ?? []) : nothing('No plan yet.');
    case 'time':
      return profile ? taskTimeline(profile) : nothing('Run a query to see when its tasks ran.');
    case 'storage':
      return plan ? storageView(plan, profile) : nothing('No plan yet.');
    case 'compare': {
      const pair = compared ?? (saved.length > 1 ? [saved.length - 2, saved.length - 1] : undefined);
      return pair
        ? profileCompare(saved[pair[0]!]!.profile, saved[pair[1]!]!.profile)
        : nothing('Run or open two queries to compare their profiles.');
    }
  }
}

function draw(): void {
  byId('view').replaceChildren(content());
  byId('view').setAttribute('aria-labelledby', `tab-${view}`);
  for (const name of VIEWS) {
    const tab = byId(`tab-${name}`);
    tab.setAttribute('aria-selected', String(name === view));
    tab.tabIndex = name === view ? 0 : -1;
  }
}

function select(next: View): void {
  view = next;
  draw();
}

function link(): void {
  history.replaceState(null, '', `#sql=${encodeURIComponent(editor.text)}`);
  void navigator.clipboard?.writeText(location.href).catch(() => {});
  setState('LINKED', 'The address of this page has the query.');
}

function readLink(): string | undefined {
  const match = /^#sql=(.*)$/s.exec(location.hash);
  return match?.[1] === undefined ? undefined : decodeURIComponent(match[1]);
}

async function load(): Promise<void> {
  try {
    const groups = await api.groups();
    byId('group').replaceChildren(...groups.map(({ name }) => h('option', { value: name }, name)));
    await schemaTree(byId('schema'), (text) => editor.insert(text), showError);
    showProblem(undefined);
    await explain();
  } catch (error) {
    showError(error);
  }
}

for (const name of VIEWS) {
  byId(`tab-${name}`).addEventListener('click', () => select(name));
  byId(`tab-${name}`).addEventListener('keydown', ({ key }) => {
    const step = key === 'ArrowRight' ? 1 : key === 'ArrowLeft' ? -1 : 0;
    if (step === 0) return;
    select(VIEWS[(VIEWS.indexOf(view) + step + VIEWS.length) % VIEWS.length]!);
    byId(`tab-${view}`).focus();
  });
}
byId('run').addEventListener('click', () => void run());
byId('cancel').addEventListener('click', () => void cancel());
byId('link').addEventListener('click', link);
byId('export').addEventListener('click', exportProfile);
byId('import').addEventListener('change', (event) => void importProfile(event));
byId('token').addEventListener('change', ({ currentTarget }) => {
  setToken((currentTarget as HTMLInputElement).value.trim());
  void load();
});
byId('theme').addEventListener('click', () => {
  const isDark =
    document.documentElement.dataset.theme === 'dark' ||
    (!document.documentElement.dataset.theme && matchMedia('(prefers-color-scheme: dark)').matches);
  document.documentElement.dataset.theme = isDark ? 'light' : 'dark';
  localStorage.setItem('theme', document.documentElement.dataset.theme);
});
document.addEventListener('keydown', (event) => {
  if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
    event.preventDefault();
    void run();
  } else if (event.key === 'Escape' && running) void cancel();
});

const theme = localStorage.getItem('theme');
if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme;
editor.text = readLink() ?? 'SELECT 1 AS n';
showCost(undefined, undefined);
draw();
void load();
byId('sql').focus();
