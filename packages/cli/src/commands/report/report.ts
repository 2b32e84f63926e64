// What the reports share: their period, all pages of them, and where they go.

import { writeFile } from 'node:fs/promises'
import { resolve } from 'node:path'

import { findProject } from '../../address/project.ts'
import { answer, tell, viewOf } from '../../command/answer.ts'
import type { ExitCode } from '../../command/command.ts'
import type { Context } from '../../command/context.ts'
import { counted, presentTable, type Column } from '../../present/layout.ts'
import { presentReportPage } from '../../present/report-page.ts'
import { presentDated, timeOf } from '../../present/time.ts'

/** More rows than this are another report: choose a shorter period. */
const ROWS_MAX = 20_000
const PAGE = 200

export const OUT_FLAG = {
  out: {
    type: 'text',
    value: 'FILE',
    summary: 'write it there: FILE.html is a page to print, anything else is JSON',
  },
} as const
export const PERIOD_FLAGS = {
  from: { type: 'text', value: 'TIME', summary: 'from this moment on, such as 2026-11-01' },
  to: { type: 'text', value: 'TIME', summary: 'until this moment; now, without it' },
  ...OUT_FLAG,
} as const

export interface Period {
  readonly from?: string
  readonly until?: string
}

/** The period that the flags name. */
export function periodOf(
  context: Context,
  flags: { readonly from: string | undefined; readonly to: string | undefined },
): Period {
  const view = viewOf(context)
  const [from, until] = [timeOf('from', flags.from, view), timeOf('to', flags.to, view)]
  return {
    ...(from === undefined ? {} : { from: new Date(from).toISOString() }),
    ...(until === undefined ? {} : { until: new Date(until).toISOString() }),
  }
}

/** The project of `-p`, if one is named. */
export async function projectFilter(
  context: Context,
): Promise<{ readonly project?: Awaited<ReturnType<typeof findProject>>['id'] }> {
  if (context.project === undefined) return {}
  const { id } = await findProject(context, await context.connect())
  return { project: id }
}

/** Every row of a list that comes in pages. */
export async function readAll<Row>(
  context: Context,
  page: (query: {
    readonly limit: number
    readonly after?: string
  }) => Promise<{ readonly items: readonly Row[]; readonly next: string | null }>,
): Promise<readonly Row[]> {
  const rows: Row[] = []
  let after: string | null | undefined
  while (after !== null && rows.length < ROWS_MAX) {
    const { items, next } = await page({ limit: PAGE, ...(after === undefined ? {} : { after }) })
    rows.push(...items)
    after = next
  }
  if (after !== null) {
    tell(context, `Only the newest ${ROWS_MAX} are in it. Choose a shorter period.`)
  }
  return rows
}

/** On the screen as a table, as JSON, or in a file for whoever asked for it. */
export async function giveReport<Row>(
  context: Context,
  report: {
    readonly title: string
    readonly covers: string
    readonly rows: readonly Row[]
    readonly columns: readonly Column<Row>[]
    readonly empty: string
  },
  out: string | undefined,
): Promise<ExitCode> {
  const { title, covers, rows, columns, empty } = report
  const document = { title, covers, items: rows }
  if (out === undefined) {
    const table = rows.length === 0 ? empty : presentTable(columns, rows, context.terminal.width())
    return answer(context, document, table)
  }
  const isPage = /\.html?$/i.test(out)
  const text = isPage
    ? presentReportPage({
        title,
        covers,
        columns: columns.map((column) => column.title),
        rows: rows.map((row) => columns.map(({ value }) => value(row))),
      })
    : `${JSON.stringify(document, null, 2)}\n`
  await writeFile(resolve(context.cwd, out), text, { mode: 0o600 })
  return answer(context, document, `✓ Wrote ${out}, ${counted(rows.length, 'row')}.`)
}

/** `from Sun 1 Nov 00:00 to Mon 30 Nov 12:00, of http://…` */
export function coversOf(context: Context, { from, until }: Period, server: string): string {
  const at = (timestamp: string): string => presentDated(timestamp, context.zone)
  const begins = from === undefined ? 'from the beginning' : `from ${at(from)}`
  const ends = at(until ?? new Date(context.now()).toISOString())
  return `${begins} to ${ends}, ${context.zone}${server === '' ? '' : `, ${server}`}`
}
