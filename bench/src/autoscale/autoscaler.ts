/** How the number of nodes follows the load. Times in milliseconds. */
export type ScalingPolicy =
  | { readonly kind: 'fixed' }
  /** Numbers of nodes from times of the day on, ascending. */
  | { readonly kind: 'schedule'; readonly entries: readonly { readonly atMs: number; readonly nodes: number }[] }
  /** Kubernetes' horizontal pod autoscaler on CPU utilisation (0 to 1). */
  | { readonly kind: 'hpa'; readonly target: number; readonly min: number; readonly max: number }
  /** KEDA on queries in flight: `target` of them a node. */
  | { readonly kind: 'keda'; readonly target: number; readonly min: number; readonly max: number }
  /** A base that always runs, and a burst of nodes while more than `threshold` queries a node of the base are in flight. */
  | { readonly kind: 'base-burst'; readonly base: number; readonly burst: number; readonly threshold: number };

/** What an autoscaler looks at. */
export interface ScalingMetrics {
  readonly nowMs: number;
  /** Nodes that serve or start. */
  readonly numNodes: number;
  /** Mean share of the cores in use since the last look. */
  readonly utilisation: number;
  readonly numInFlight: number;
}

const HPA_PERIOD_MS = 15_000;
const HPA_TOLERANCE = 0.1;
const HPA_STABILISATION_MS = 300_000;
const KEDA_PERIOD_MS = 30_000;
const KEDA_COOLDOWN_MS = 300_000;
const DAY_MS = 86_400_000;

/** How often a policy looks; infinite when it never does. */
export function scalingPeriodMs({ kind }: ScalingPolicy): number {
  if (kind === 'fixed') return Number.POSITIVE_INFINITY;
  return kind === 'hpa' ? HPA_PERIOD_MS : KEDA_PERIOD_MS;
}

/** Decides how many nodes there should be. Scaling down waits until every wish of the last five minutes was for fewer. */
export class Autoscaler {
  readonly #policy: ScalingPolicy;
  /** Wishes of the stabilisation window: [time, nodes]. */
  #wishes: (readonly [number, number])[] = [];

  constructor(policy: ScalingPolicy) {
    this.#policy = policy;
  }

  desired(metrics: ScalingMetrics): number {
    const { nowMs, numNodes } = metrics;
    const policy = this.#policy;
    if (policy.kind === 'fixed') return numNodes;
    if (policy.kind === 'schedule') return scheduled(policy.entries, nowMs);
    const wish = this.#wish(metrics);
    const windowMs = policy.kind === 'hpa' ? HPA_STABILISATION_MS : KEDA_COOLDOWN_MS;
    this.#wishes = this.#wishes.filter(([atMs]) => atMs > nowMs - windowMs);
    this.#wishes.push([nowMs, wish]);
    if (wish >= numNodes) return wish;
    return Math.min(numNodes, Math.max(...this.#wishes.map(([, nodes]) => nodes)));
  }

  #wish({ numNodes, utilisation, numInFlight }: ScalingMetrics): number {
    const policy = this.#policy;
    switch (policy.kind) {
      case 'hpa': {
        const ratio = utilisation / policy.target;
        const wish = Math.abs(ratio - 1) <= HPA_TOLERANCE ? numNodes : Math.ceil(numNodes * ratio);
        return clamp(wish, policy.min, policy.max);
      }
      case 'keda':
        return clamp(Math.ceil(numInFlight / policy.target), policy.min, policy.max);
      case 'base-burst':
        return numInFlight > policy.base * policy.threshold ? policy.base + policy.burst : policy.base;
      default:
        return numNodes;
    }
  }
}

function scheduled(entries: readonly { readonly atMs: number; readonly nodes: number }[], nowMs: number): number {
  const timeOfDay = nowMs % DAY_MS;
  const entry = entries.findLast(({ atMs }) => atMs <= timeOfDay) ?? entries.at(-1)!;
  return entry.nodes;
}

function clamp(value: number, low: number, high: number): number {
  return Math.min(high, Math.max(low, value));
}
