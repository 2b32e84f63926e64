import { collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'
import type { Meter } from '../ports/observe.ts'

export interface Metrics extends Meter {
  /** For others who count: one registry per process. */
  readonly registry: Registry
}

export function createMetrics(): Metrics {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  const requests = new Histogram({
    name: 'lockstep_http_request_seconds',
    help: 'Time to answer, by route',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.005, 0.02, 0.1, 0.5, 2, 10],
    registers: [registry],
  })
  const streams = new Gauge({
    name: 'lockstep_event_streams',
    help: 'Open event streams',
    registers: [registry],
  })
  return {
    request: (method, route, status, seconds) =>
      requests.observe({ method, route, status }, seconds),
    streams: (change) => streams.inc(change),
    registry,
  }
}
