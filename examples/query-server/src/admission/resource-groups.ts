import { parseBytes } from 'millrace';
import type { ResourceGroupConfig } from '../config/server-config.ts';
import { ProblemError } from '../query-problem.ts';

/** What a query in a group may take: the tightest of the group and those above it. */
export interface GroupLimits {
  readonly memoryBytes: number | undefined;
  readonly maxBytesRead: number | undefined;
  readonly maxDollars: number | undefined;
}

/** A query's right to run. */
export interface Admission {
  readonly limits: GroupLimits;
  /** Milliseconds that the query has waited. */
  readonly queuedMs: number;
  /** Lets the next one in. Idempotent. */
  release(): void;
}

/** A group as it is now. */
export interface GroupStatus {
  readonly name: string;
  readonly weight: number;
  readonly numRunning: number;
  readonly numQueued: number;
  readonly maxRunning: number | null;
  readonly maxQueued: number;
  readonly queueTimeoutMs: number;
  readonly memoryBytes: number | null;
  readonly maxBytesRead: number | null;
  readonly maxDollars: number | null;
}

interface Waiter {
  readonly since: number;
  readonly settle: (error?: ProblemError) => void;
}

interface Group {
  readonly name: string;
  readonly parent: Group | undefined;
  readonly children: Group[];
  readonly settings: ResourceGroupConfig;
  readonly limits: GroupLimits;
  readonly queue: Waiter[];
  numRunning: number;
  /** Queries served, divided by the weight: who has the least is next. */
  served: number;
}

const DEFAULT_MAX_QUEUED = 100;
const DEFAULT_QUEUE_TIMEOUT_MS = 30_000;

/**
 * Hierarchical resource groups. A query runs when its group and every group above it have room; those that wait are let in by weighted fair
 * turns: at each level the group that has had the least for its weight comes first.
 *
 * Refusals: 429 when the group's own queue is full or its time-out is over; 503 while draining. Both tell when to come back.
 */
export class ResourceGroups {
  readonly #root: Group;
  readonly #groups = new Map<string, Group>();
  readonly #now: () => number;
  #isDraining = false;

  constructor(
    configs: Readonly<Record<string, ResourceGroupConfig>>,
    rootMaxRunning: number,
    now: () => number = performance.now.bind(performance),
  ) {
    this.#now = now;
    this.#root = this.#add('', undefined, { maxRunning: rootMaxRunning });
    for (const [name, config] of Object.entries(configs)) this.#addTree(name, this.#root, config);
  }

  /** Full names of all groups: `etl.nightly`. */
  get names(): readonly string[] {
    return [...this.#groups.keys()];
  }

  /** Waits for a place. Rejects with a {@link ProblemError}, or with the signal's reason. */
  async admit(name: string, signal: AbortSignal): Promise<Admission> {
    const group = this.#groups.get(name);
    if (!group) {
      throw new ProblemError(400, 'UNKNOWN_RESOURCE_GROUP', `There is no resource group "${name}".`, {
        candidates: this.names,
      });
    }
    signal.throwIfAborted();
    if (this.#isDraining) throw draining();
    const since = this.#now();
    if (group.queue.length > 0 || !hasRoom(group)) await this.#wait(group, since, signal);
    else enter(group);
    let isReleased = false;
    return {
      limits: group.limits,
      queuedMs: this.#now() - since,
      release: () => {
        if (isReleased) return;
        isReleased = true;
        for (let at: Group | undefined = group; at; at = at.parent) at.numRunning -= 1;
        this.#dispatch();
      },
    };
  }

  /** Refuses whoever comes and whoever waits. */
  drain(): void {
    this.#isDraining = true;
    for (const group of this.#groups.values()) for (const waiter of [...group.queue]) waiter.settle(draining());
  }

  status(): GroupStatus[] {
    return [...this.#groups.values()].map(({ name, settings, limits, numRunning, queue }) => ({
      name,
      weight: settings.weight ?? 1,
      numRunning,
      numQueued: queue.length,
      maxRunning: settings.maxRunning ?? null,
      maxQueued: settings.maxQueued ?? DEFAULT_MAX_QUEUED,
      queueTimeoutMs: settings.queueTimeoutMs ?? DEFAULT_QUEUE_TIMEOUT_MS,
      memoryBytes: limits.memoryBytes ?? null,
      maxBytesRead: limits.maxBytesRead ?? null,
      maxDollars: limits.maxDollars ?? null,
    }));
  }

  /** How many queries of the group are before one that came at the given time. */
  placeInQueue(name: string, since: number): number {
    return (this.#groups.get(name)?.queue ?? []).filter((waiter) => waiter.since <= since).length;
  }

  #addTree(name: string, parent: Group, config: ResourceGroupConfig): void {
    const group = this.#add(name, parent, config);
    this.#groups.set(name, group);
    for (const [child, settings] of Object.entries(config.groups ?? {}))
      this.#addTree(`${name}.${child}`, group, settings);
  }

  #add(name: string, parent: Group | undefined, settings: ResourceGroupConfig): Group {
    const { memory, maxBytesRead, maxDollars } = settings;
    const above = parent?.limits;
    const bytes = (setting: string, value: number | string | undefined) =>
      value === undefined ? undefined : parseBytes(setting, value);
    const limits: GroupLimits = {
      memoryBytes: least(bytes('memory', memory), above?.memoryBytes),
      maxBytesRead: least(bytes('maxBytesRead', maxBytesRead), above?.maxBytesRead),
      maxDollars: least(maxDollars, above?.maxDollars),
    };
    const group: Group = { name, parent, children: [], settings, limits, queue: [], numRunning: 0, served: 0 };
    parent?.children.push(group);
    return group;
  }

  #wait(group: Group, since: number, signal: AbortSignal): Promise<void> {
    const { maxQueued = DEFAULT_MAX_QUEUED, queueTimeoutMs = DEFAULT_QUEUE_TIMEOUT_MS } = group.settings;
    if (group.queue.length >= maxQueued) {
      const detail = `The resource group "${group.name}" has ${group.numRunning} queries running and ${group.queue.length} waiting, which is all it may have.`;
      throw new ProblemError(429, 'QUEUE_FULL', detail, { retryAfter: retryAfter(group) });
    }
    return new Promise((resolve, reject) => {
      const settle = (error?: unknown) => {
        clearTimeout(timer);
        signal.removeEventListener('abort', onAbort);
        const place = group.queue.indexOf(waiter);
        if (place >= 0) group.queue.splice(place, 1);
        if (error === undefined) resolve();
        else reject(error);
      };
      const waiter: Waiter = { since, settle };
      const onAbort = () => settle(signal.reason);
      const timer = setTimeout(() => {
        const detail = `The query has waited ${queueTimeoutMs} ms for a place in the resource group "${group.name}".`;
        settle(new ProblemError(429, 'QUEUE_TIMEOUT', detail, { retryAfter: retryAfter(group) }));
      }, queueTimeoutMs);
      signal.addEventListener('abort', onAbort, { once: true });
      // Who comes to an empty queue does not make up for turns that nobody wanted.
      if (group.queue.length === 0) this.#catchUp(group);
      group.queue.push(waiter);
    });
  }

  #catchUp(group: Group): void {
    for (let at = group; at.parent; at = at.parent) {
      const busy = at.parent.children.filter((sibling) => sibling !== at && waits(sibling));
      if (busy.length > 0) at.served = Math.max(at.served, Math.min(...busy.map(({ served }) => served)));
    }
  }

  #dispatch(): void {
    for (let group = next(this.#root); group; group = next(this.#root)) {
      enter(group);
      group.queue[0]!.settle();
    }
  }
}

function waits(group: Group): boolean {
  return group.queue.length > 0 || group.children.some(waits);
}

function hasRoom(group: Group): boolean {
  for (let at: Group | undefined = group; at; at = at.parent) {
    if (at.numRunning >= (at.settings.maxRunning ?? Number.POSITIVE_INFINITY)) return false;
  }
  return true;
}

function enter(group: Group): void {
  for (let at: Group | undefined = group; at; at = at.parent) {
    at.numRunning += 1;
    at.served += 1 / (at.settings.weight ?? 1);
  }
}

/** The group whose first waiter is to run next; undefined when none can. */
function next(group: Group): Group | undefined {
  if (group.numRunning >= (group.settings.maxRunning ?? Number.POSITIVE_INFINITY)) return undefined;
  if (group.queue.length > 0) return group;
  for (const child of group.children.toSorted((a, b) => a.served - b.served)) {
    const found = waits(child) ? next(child) : undefined;
    if (found) return found;
  }
  return undefined;
}

function least(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined ? b : b === undefined ? a : Math.min(a, b);
}

/** A guess at when a place will be free: the longer the queue, the later. */
function retryAfter({ queue, settings }: Group): number {
  return Math.min(60, 1 + Math.ceil(queue.length / Math.max(1, settings.maxRunning ?? 1)));
}

function draining(): ProblemError {
  return new ProblemError(503, 'DRAINING', 'The server is shutting down and takes no more queries.', { retryAfter: 5 });
}
