import {
  type Context,
  defaultTextMapGetter,
  defaultTextMapSetter,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  SpanStatusCode,
  trace,
} from '@opentelemetry/api';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BatchSpanProcessor, SimpleSpanProcessor, type SpanExporter, TracerProvider } from '@opentelemetry/sdk-trace';
import type { QueryProfile } from 'millrace';
import type { Problem } from '../query-problem.ts';

export interface TracingOptions {
  readonly otlpEndpoint?: string | undefined;
  readonly serviceName?: string | undefined;
  /** In place of OTLP; for tests. Gets every span at once. */
  readonly exporter?: SpanExporter | undefined;
}

/** OpenTelemetry spans: request → admit, plan, run → stage → task → GET. Without an endpoint spans are made and thrown away. */
export class Tracing {
  readonly #provider: TracerProvider;
  readonly #propagator = new W3CTraceContextPropagator();

  constructor({ otlpEndpoint, serviceName = 'millrace-query-server', exporter }: TracingOptions) {
    const processors = exporter
      ? [new SimpleSpanProcessor({ exporter })]
      : otlpEndpoint
        ? [new BatchSpanProcessor({ exporter: new OTLPTraceExporter({ url: otlpEndpoint }) })]
        : [];
    this.#provider = new TracerProvider({
      resource: resourceFromAttributes({ 'service.name': serviceName }),
      spanProcessors: processors,
    });
  }

  /** The span of a request, below the one that its `traceparent` names. */
  startRequest(name: string, headers: Readonly<Record<string, string | string[] | undefined>>): Span {
    const parent = this.#propagator.extract(ROOT_CONTEXT, headers, defaultTextMapGetter);
    return this.#tracer.startSpan(name, { kind: SpanKind.SERVER }, parent);
  }

  /** The `traceparent` (W3C Trace Context) of a span. */
  traceparent(span: Span): string {
    const carrier: { traceparent?: string } = {};
    this.#propagator.inject(below(span), carrier, defaultTextMapSetter);
    return carrier.traceparent ?? '';
  }

  /** Runs a phase of a query in a span of its own. */
  async phase<Result>(parent: Span | undefined, name: string, run: () => Promise<Result>): Promise<Result> {
    const span = this.#tracer.startSpan(name, {}, below(parent));
    try {
      return await run();
    } catch (error) {
      span.setStatus({ code: SpanStatusCode.ERROR, message: error instanceof Error ? error.message : String(error) });
      throw error;
    } finally {
      span.end();
    }
  }

  /** Spans of stages, tasks and reads, from what the profile tells of their times. */
  recordProfile(parent: Span | undefined, { plan, tasks }: QueryProfile): void {
    for (const stage of plan.stages) {
      const own = tasks.filter((task) => task.stage === stage.id);
      if (own.length === 0) continue;
      const startTime = Math.min(...own.map(({ startedMs }) => startedMs));
      const stageSpan = this.#tracer.startSpan(
        `stage ${stage.id}`,
        { startTime, attributes: { 'millrace.tasks': own.length } },
        below(parent),
      );
      for (const task of own) {
        const attributes = {
          'millrace.rows': task.numRows,
          'millrace.cpu_ms': task.cpuMs,
          'millrace.wait_ms': task.waitMs,
        };
        const taskSpan = this.#tracer.startSpan(
          `task ${task.stage}.${task.task}`,
          { startTime: task.startedMs, attributes },
          below(stageSpan),
        );
        for (const { store, path, numRequests, bytes, startedMs, endedMs } of task.reads) {
          const about = {
            'millrace.store': store,
            'millrace.path': path,
            'millrace.requests': numRequests,
            'millrace.bytes': bytes,
          };
          this.#tracer
            .startSpan('GET', { kind: SpanKind.CLIENT, startTime: startedMs, attributes: about }, below(taskSpan))
            .end(endedMs);
        }
        taskSpan.end(task.endedMs);
      }
      stageSpan.end(Math.max(...own.map(({ endedMs }) => endedMs)));
    }
  }

  fail(span: Span, { code, detail }: Problem): void {
    span.setAttribute('millrace.code', code);
    span.setStatus({ code: SpanStatusCode.ERROR, message: detail });
  }

  close(): Promise<void> {
    return this.#provider.shutdown();
  }

  get #tracer() {
    return this.#provider.getTracer('millrace-query-server');
  }
}

function below(parent: Span | undefined): Context {
  return parent ? trace.setSpan(ROOT_CONTEXT, parent) : ROOT_CONTEXT;
}
