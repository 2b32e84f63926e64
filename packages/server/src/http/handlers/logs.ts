// Logs of jobs over HTTP, line by line.

import { answer, type logRoutes } from '@lockstep/contract'
import type { JobId, RunId } from '@lockstep/domain'

import type { Database } from '../../postgres/queryable.ts'
import { readLogSlice } from '../../postgres/read/job-log.ts'
import { LogReader, type LogPlace } from '../../postgres/read/log-reader.ts'
import { findRunHead } from '../../postgres/read/run-head.ts'
import { NOT_FOUND } from '../authorize.ts'
import type { ServerHandlers } from '../request-context.ts'
import type { LogSignal } from './runs.ts'

export interface LogDeps {
  readonly pool: Database
  readonly logs: LogSignal
}

/** A reader looks by itself this often, for logs that grow through another node. */
const LOOK_MS = 250

export function logHandlers({ pool, logs }: LogDeps): ServerHandlers<typeof logRoutes> {
  const reader = new LogReader()
  return {
    async showJobLog({ params, query }, { signal }) {
      const at = await placeOf(pool, params)
      if (at === undefined) return NOT_FOUND
      const until = performance.now() + (query.waitMs ?? 0)
      for (;;) {
        const log = await reader.stand(pool, at)
        if (log === undefined) return NOT_FOUND
        const { outline, bytes, state, isRead, isOver } = log
        const leftMs = until - performance.now()
        const isNews = outline.lines > (query.beyond ?? -1) || isOver || !isRead
        if (isNews || leftMs <= 0 || signal.aborted) {
          return answer({
            lines: outline.lines,
            bytes,
            whole: isRead,
            ended: isOver,
            state,
            errors: { count: outline.errors.count, found: [...outline.errors.found] },
            warnings: { count: outline.warnings.count, found: [...outline.warnings.found] },
            groups: [...outline.groups],
          })
        }
        await logs.wait(params.job, Math.min(leftMs, LOOK_MS), signal)
      }
    },
    async readJobLogLines({ params, query }) {
      const at = await placeOf(pool, params)
      const log = at && (await reader.stand(pool, at))
      if (at === undefined || log === undefined) return NOT_FOUND
      const lines = await reader.readLines(pool, at, log, query)
      return answer({ from: query.from, lines: [...lines], total: log.outline.lines })
    },
    async searchJobLog({ params, query: { words } }, { signal }) {
      const at = await placeOf(pool, params)
      const log = at && (await reader.stand(pool, at))
      if (at === undefined || log === undefined) return NOT_FOUND
      const { count, lines } = await reader.search(pool, at, log, words, signal)
      return answer({ words, count, lines: [...lines], searched: log.outline.lines })
    },
    async downloadJobLog({ params }) {
      const at = await placeOf(pool, params)
      if (at === undefined || (await readLogSlice(pool, at, 0)) === undefined) return NOT_FOUND
      return answer({
        stream: bytesOf(pool, at),
        headers: {
          'content-disposition': `attachment; filename="${params.job}.log"`,
          'content-security-policy': 'sandbox',
        },
      })
    },
  }
}

async function placeOf(
  pool: Database,
  { run, job }: { readonly run: RunId; readonly job: JobId },
): Promise<LogPlace | undefined> {
  const head = await findRunHead(pool, run)
  return head && { project: head.projectNumber, root: head.root, job }
}

async function* bytesOf(pool: Database, at: LogPlace): AsyncGenerator<Uint8Array> {
  for (let offset = 0; ;) {
    const slice = await readLogSlice(pool, at, offset)
    if (slice === undefined || slice.bytes.length === 0) return
    yield slice.bytes
    offset = slice.next
  }
}
