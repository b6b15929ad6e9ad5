import type { Column, Cost, Plan, Problem, Profile, QueryStatus } from './profile.ts';

/** A request that failed, with what the server says about it. */
export class ApiError extends Error {
  readonly status: number;
  readonly problem: Problem;

  constructor(status: number, problem: Problem) {
    super(problem.detail);
    this.status = status;
    this.problem = problem;
  }
}

let token = '';

export function setToken(value: string): void {
  token = value;
}

async function request(path: string, init: RequestInit = {}): Promise<Response> {
  const headers = new Headers(init.headers);
  if (token !== '') headers.set('authorization', `Bearer ${token}`);
  if (init.body !== undefined) headers.set('content-type', 'application/json');
  const response = await fetch(path, { ...init, headers }).catch((error: Error) => {
    if (error.name === 'AbortError') throw error;
    throw new ApiError(0, { code: 'OFFLINE', detail: 'The server does not answer.', retryable: true });
  });
  if (response.ok) return response;
  const problem = (await response
    .json()
    .catch(() => ({ code: String(response.status), detail: response.statusText, retryable: false }))) as Problem;
  throw new ApiError(response.status, problem);
}

async function json<T>(path: string, init?: RequestInit): Promise<T> {
  return (await (await request(path, init)).json()) as T;
}

export interface Rows {
  readonly columns: readonly Column[];
  readonly rows: readonly Readonly<Record<string, unknown>>[];
  readonly numRows: number;
}

export const api = {
  tables: async () =>
    (await json<{ tables: readonly { name: string; kind: string; description?: string }[] }>('/v1/tables')).tables,
  table: async (name: string) =>
    (await json<{ columns: readonly Column[] }>(`/v1/tables/${encodeURIComponent(name)}`)).columns,
  groups: async () =>
    (await json<{ resourceGroups: readonly { name: string }[] }>('/v1/resource-groups')).resourceGroups,
  explain: (sql: string, resourceGroup: string | undefined, signal: AbortSignal) =>
    json<Plan & { cost: Cost }>('/v1/queries:explain', {
      method: 'POST',
      body: JSON.stringify({ sql, resourceGroup }),
      signal,
    }),
  submit: (sql: string, resourceGroup: string | undefined) =>
    json<QueryStatus>('/v1/queries', {
      method: 'POST',
      body: JSON.stringify({ sql, resourceGroup, tags: { from: 'console' } }),
      headers: { prefer: 'respond-async' },
    }),
  status: (id: string) => json<QueryStatus>(`/v1/queries/${id}`),
  cancel: (id: string) => json<QueryStatus>(`/v1/queries/${id}`, { method: 'DELETE' }),
  profile: (id: string) => json<Profile>(`/v1/queries/${id}/profile`),
  part: async (id: string, part: number): Promise<{ rows: Rows | undefined; hasMore: boolean }> => {
    const response = await request(`/v1/queries/${id}/results?part=${part}`, { headers: { prefer: 'wait=30' } });
    // Behind the last part there is nothing.
    if (response.status !== 200) return { rows: undefined, hasMore: response.status === 202 };
    return {
      rows: (await response.json()) as Rows,
      hasMore: response.headers.get('link')?.includes('rel="next"') ?? false,
    };
  },

  /** Events of a query until it is over. A connection that breaks is made anew, behind the last event that was seen. */
  async *events(id: string, signal: AbortSignal): AsyncGenerator<{ event: string; data: unknown }, void, undefined> {
    let last = '0';
    let isOver = false;
    while (!isOver && !signal.aborted) {
      try {
        const response = await request(`/v1/queries/${id}/events`, { headers: { 'last-event-id': last }, signal });
        for await (const block of blocks(response)) {
          const fields = new Map(
            block
              .split('\n')
              .map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 2)] as const),
          );
          if (!fields.has('data')) continue;
          last = fields.get('id') ?? last;
          yield { event: fields.get('event') ?? '', data: JSON.parse(fields.get('data')!) as unknown };
        }
        isOver = true;
      } catch (error) {
        if (error instanceof ApiError && error.status !== 0) throw error;
        if (signal.aborted) return;
        await new Promise((resolve) => setTimeout(resolve, 1000));
      }
    }
  },
};

async function* blocks(response: Response): AsyncGenerator<string, void, undefined> {
  const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
  let text = '';
  for (let read = await reader.read(); !read.done; read = await reader.read()) {
    text += read.value;
    const parts = text.split('\n\n');
    text = parts.pop()!;
    yield* parts;
  }
}
