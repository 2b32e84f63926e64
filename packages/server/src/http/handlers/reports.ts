// Reports for audit, and the calendar of changes.

import { answer, type CalendarEntry, type reportRoutes } from '@lockstep/contract'
import {
  calendarState,
  touchesPeriod,
  uuidOf,
  type Instant,
  type ProjectId,
} from '@lockstep/domain'
import { fullName } from '@lockstep/define/plan'
import type * as z from 'zod/mini'

import { environmentId } from '../../planning/read-run-facts.ts'
import {
  pageDefinitions,
  type StoredDefinition,
} from '../../postgres/deliverables/definition-store.ts'
import type { Queryable } from '../../postgres/queryable.ts'
import {
  readFreezesByHand,
  readStageHistory,
  type StageHistory,
} from '../../postgres/read/calendar.ts'
import {
  APPROVAL_PLACE,
  listApprovalLines,
  listDeploymentLines,
  type ApprovalLine,
  type ReportPeriod,
} from '../../postgres/read/reports.ts'
import { cursorOf, NOT_A_CURSOR, pageFrom, placeIn, sliceOf } from '../page.ts'
import { titleOf } from '../present-gate.ts'
import { dateOrNull } from '../present-task.ts'
import { timestampOf } from '../present.ts'
import { projectsInReach } from '../reach.ts'
import type { ServerHandlers } from '../request-context.ts'

type Entry = z.output<typeof CalendarEntry>

/** So many releases, and so many environments, are in one calendar. */
const CALENDAR_MAX = 500

export function reportHandlers(deps: {
  readonly db: Queryable
  readonly now: () => Instant
}): ServerHandlers<typeof reportRoutes> {
  const { db, now } = deps
  return {
    async listDeployments({ query }, { reach }) {
      const slice = sliceOf(query)
      if (!slice.ok) return slice
      const lines = await listDeploymentLines(
        db,
        periodOf(query, projectsInReach(reach, query.project)),
        {
          environment: query.environment,
          after: slice.after,
        },
      )
      return answer(
        pageFrom(lines, query.limit, ({ run, at, finishedAt, id, ...line }) => ({
          ...line,
          id: id as never,
          at: timestampOf(at.getTime()),
          finishedAt: dateOrNull(finishedAt),
          run: run === undefined ? null : `${run.project}/${run.address}`,
        })),
      )
    },

    async listApprovals({ query }, { reach }) {
      const after = placeIn(query.after, APPROVAL_PLACE)
      if (after === null) return NOT_A_CURSOR
      const lines = await listApprovalLines(
        db,
        periodOf(query, projectsInReach(reach, query.project)),
        after,
      )
      const shown = lines.slice(0, query.limit)
      const last = shown.at(-1)
      const isMore = lines.length > query.limit && last !== undefined
      return answer({
        items: shown.map(presentApproval),
        next: isMore ? cursorOf(last.place) : null,
      })
    },

    async showCalendar({ query }, { reach }) {
      const projects = projectsInReach(reach, query.project)
      const found = {
        projects: projects === 'all' ? null : projects.map(uuidOf),
        after: undefined,
        limit: CALENDAR_MAX,
      }
      const releases = await pageDefinitions(db, { ...found, kind: 'release' })
      const environments = await pageDefinitions(db, { ...found, kind: 'environment' })
      const history = await readStageHistory(db, releases)
      const byHand = await readFreezesByHand(
        db,
        environments.map(({ uuid }) => environmentId(uuid)),
      )
      const period = { from: momentOf(query.from), until: momentOf(query.until) }
      const entries = [
        ...releases.flatMap((release) => stagesOf(release, history.get(release.uuid) ?? [], now())),
        ...environments.flatMap((environment) => freezesOf(environment, byHand)),
      ]
      const inPeriod = entries.filter((entry) => {
        const from = momentOf(entry.begun ?? entry.at ?? undefined)
        // What nobody has planned is in every period that has not ended.
        if (from === undefined) return period.until === undefined || period.until > now()
        const until =
          entry.kind === 'stage' && entry.begun === null ? from : momentOf(entry.until ?? undefined)
        return touchesPeriod({ from, until: until ?? null }, period)
      })
      return answer({ items: inPeriod.toSorted(byTime) })
    },
  }
}

function periodOf(
  query: {
    readonly limit: number
    readonly from?: string | undefined
    readonly until?: string | undefined
  },
  projects: 'all' | readonly ProjectId[],
): ReportPeriod {
  const { from, until } = query
  return { projects: projects === 'all' ? null : projects, from, until, limit: query.limit + 1 }
}

function presentApproval({ at, person, decision, comment, rule, gate }: ApprovalLine) {
  const { run, stage, gate: part } = gate
  return {
    at: timestampOf(at.getTime()),
    person,
    decision,
    comment,
    gate: `${run.project}/${run.address}/${stage.name}.${part.state.node}`,
    title: titleOf(gate),
    rule: stage[part.state.node].rules[rule]?.name ?? '',
    brings: gate.brings.map(({ application, to }) => ({ application, to })),
  }
}

// ── the calendar ─────────────────────────────────────────────────────────────────────────────────

function stagesOf(
  { project, definition }: StoredDefinition<'release'>,
  history: readonly StageHistory[],
  now: Instant,
): readonly Entry[] {
  const names = new Set([...Object.keys(definition.planned), ...history.map(({ stage }) => stage)])
  return [...names].map((stage) => {
    const written = definition.planned[stage]
    const reached = history.find((one) => one.stage === stage)
    const at = written === undefined ? null : Date.parse(written)
    const isDay = written !== undefined && !written.includes('T')
    const begun = reached?.begun.getTime() ?? null
    const ended = reached?.ended?.getTime() ?? null
    const outcome = ended === null ? null : reached?.succeeded === true ? 'succeeded' : 'other'
    const bound = definition.environments[stage]
    return {
      kind: 'stage' as const,
      project,
      subject: `${project}/${definition.name}`,
      title: definition.title,
      stage,
      environment: bound === undefined ? null : fullName(bound, project),
      at: at === null ? null : timestampOf(at),
      isDay,
      begun: begun === null ? null : timestampOf(begun),
      until: ended === null ? null : timestampOf(ended),
      state: calendarState({ at, isDay, begun, ended, outcome }, now),
    }
  })
}

function freezesOf(
  { project, uuid, definition }: StoredDefinition<'environment'>,
  byHand: Awaited<ReturnType<typeof readFreezesByHand>>,
): readonly Entry[] {
  const held = byHand.get(environmentId(uuid))
  const all = [
    ...definition.freezes.map(({ name, from, until }) => ({
      title: name,
      from: Date.parse(from),
      until: Date.parse(until),
      isDay: !from.includes('T'),
    })),
    ...(held === undefined
      ? []
      : [{ title: held.reason, from: held.since, until: held.until, isDay: false }]),
  ]
  return all.map(({ title, from, until, isDay }) => ({
    kind: 'freeze' as const,
    project,
    subject: `${project}/${definition.name}`,
    title,
    stage: null,
    environment: `${project}/${definition.name}`,
    at: timestampOf(from),
    isDay,
    begun: null,
    until: until === null ? null : timestampOf(until),
    state: 'frozen' as const,
  }))
}

function momentOf(timestamp: string | undefined): Instant | undefined {
  return timestamp === undefined ? undefined : Date.parse(timestamp)
}

/** By when they are planned; what nobody has planned stands where it began, or at the end. */
function byTime(a: Entry, b: Entry): number {
  const place = (entry: Entry): string => entry.at ?? entry.begun ?? '~'
  return place(a) < place(b) ? -1 : place(a) > place(b) ? 1 : 0
}
