// Reads one number of the running product: by PromQL from Prometheus, or from a JSON document over HTTP.

import type { CheckPlan } from '@lockstep/domain'

import type { CheckAnswer } from './check.ts'
import type { PerformerDeps } from './performer.ts'

type Metric = Extract<CheckPlan, { kind: 'metric' }>

/** A document larger than this is not read. */
const DOCUMENT_BYTES_MAX = 1024 * 1024
const METRIC_WITHIN_MS = 10_000

/** Compares the number with its limit. No number, or an answer that is not one, cannot be told: it never passes. */
export async function readMetric(
  check: Metric,
  deps: PerformerDeps & { readonly prometheusUrl?: string | undefined },
): Promise<CheckAnswer> {
  const value = await readValue(check, deps)
  const { limit } = check
  const holds = 'below' in limit ? value < limit.below : value > limit.above
  const words = 'below' in limit ? `below ${limit.below}` : `above ${limit.above}`
  return { answer: holds ? 'holds' : 'not', evidence: `${value}, wanted ${words}`, value }
}

async function readValue(
  check: Metric,
  deps: PerformerDeps & { readonly prometheusUrl?: string | undefined },
): Promise<number> {
  if (check.source.kind === 'json') {
    const document = await readDocument(check.source.url, deps)
    return numberAt(document, check.source.field, check.source.url)
  }
  if (deps.prometheusUrl === undefined) {
    throw new Error('PromQL needs a Prometheus: set LOCKSTEP_PROMETHEUS_URL')
  }
  const url = new URL('/api/v1/query', deps.prometheusUrl)
  url.searchParams.set('query', check.source.query)
  return firstSample(await readDocument(url.href, deps))
}

async function readDocument(url: string, deps: PerformerDeps): Promise<unknown> {
  const response = await deps.fetch(url, {
    redirect: 'manual',
    headers: { accept: 'application/json' },
    signal: AbortSignal.timeout(METRIC_WITHIN_MS),
  })
  if (response.status !== 200) {
    await response.body?.cancel()
    throw new Error(`${url} answered ${response.status}`)
  }
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of response.body ?? []) {
    size += chunk.byteLength
    if (size > DOCUMENT_BYTES_MAX) throw new Error(`${url} answers with more than 1 MiB`)
    chunks.push(chunk)
  }
  return JSON.parse(Buffer.concat(chunks).toString('utf8'))
}

/** The number at a path such as `ingest.error_percent`. */
function numberAt(document: unknown, field: string, url: string): number {
  let value = document
  for (const name of field.split('.')) {
    value =
      typeof value === 'object' && value !== null && Object.hasOwn(value, name)
        ? Reflect.get(value, name)
        : undefined
  }
  if (typeof value === 'number' && Number.isFinite(value)) return value
  throw new Error(`${url} has no number at ${field}`)
}

/** The value of the only series of an instant query (Prometheus HTTP API: `data.result[0].value[1]`, or a scalar). */
function firstSample(document: unknown): number {
  const data = field(document, 'data')
  const result = field(data, 'result')
  if (!Array.isArray(result)) throw new Error('Prometheus answered without a result')
  const sample: unknown =
    field(data, 'resultType') === 'scalar' ? result[1] : field(result[0], 'value', 1)
  if (result.length !== 1 && field(data, 'resultType') !== 'scalar') {
    throw new Error(`the query gives ${result.length} series, and a metric needs exactly one`)
  }
  const value = Number(sample)
  if (sample === undefined || !Number.isFinite(value)) throw new Error('the query gives no number')
  return value
}

function field(value: unknown, name: string, index?: number): unknown {
  if (typeof value !== 'object' || value === null) return undefined
  const found: unknown = Reflect.get(value, name)
  return index === undefined ? found : Array.isArray(found) ? found[index] : undefined
}
