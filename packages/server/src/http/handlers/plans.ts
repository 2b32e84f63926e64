// Plans over HTTP: made, and started as they were made.

import { answer, refused, type planRoutes, type Refused } from '@lockstep/contract'
import { idOf, uuidOf, type Reach } from '@lockstep/domain'
import type { KnownSnapshot, PlanRefusal } from '@lockstep/define/plan'

import type { ReactorPort } from '../../ports/reactor.ts'
import { findSnapshotByVersion } from '../../postgres/deliverables/snapshot-store.ts'
import { findPlan } from '../../postgres/plans.ts'
import { findRow, listRows, type Database, type Queryable } from '../../postgres/queryable.ts'
import { readVersions } from '../../postgres/read/environment-versions.ts'
import { listFreeEnvironments } from '../../postgres/read/free-environments.ts'
import { readAddresses } from '../../postgres/read/run-view.ts'
import type { PutBackRequest } from '../../usecases/environment/find-put-back.ts'
import { draftRelease } from '../../usecases/run/draft-release.ts'
import { findShortGates } from '../../usecases/run/find-short-gates.ts'
import { makePlan, type MadePlan } from '../../usecases/run/make-plan.ts'
import { sentenceOf } from '../../usecases/run/refusal-sentences.ts'
import { startRun, type Started } from '../../usecases/run/start-run.ts'
import { NOT_FOUND } from '../authorize.ts'
import { presentPlan, presentShortGate, type PlanSurroundings } from '../present-plan.ts'
import { actorOf } from '../principal.ts'
import type { ServerHandlers } from '../request-context.ts'
import { showRun } from '../show-run.ts'
import { KEY_REUSED, steerOnce } from '../steer-once.ts'

export interface PlanDeps {
  readonly pool: Database
  readonly reactor: ReactorPort
}

export function planHandlers({ pool, reactor }: PlanDeps): ServerHandlers<typeof planRoutes> {
  return {
    async makePlan({ body }, { reach, principal }) {
      const request = await readRequest(pool, body)
      if (!request.ok) return request
      const over = refuseOver(request.value.startsAt, reactor.now())
      if (over !== undefined) return over
      const { project } = request.value
      const draft =
        body.release === undefined
          ? undefined
          : draftRelease(body.release, {
              project,
              projectNumber: request.number,
              sees: await projectsSeen(pool, reach),
            })
      if (draft?.ok === false) return planRefused(draft.refusals)
      const made = await makePlan(pool, {
        ...request.value,
        ...(draft === undefined ? {} : { draft: draft.release }),
        source: null,
        onFailure: 'wait',
      })
      if (!made.ok) return planRefused(made.refusals)
      const short = await findShortGates(pool, made.plan, actorOf(principal), request.number)
      return answer(presentPlan(made, { ...(await readSurroundings(pool, made)), short }))
    },
    async startRun({ body }, context) {
      const request = await readRequest(pool, body)
      if (!request.ok) return request
      const cause = context.command === undefined ? null : `api/${context.command.key}`
      const starter = actorOf(context.principal)
      const show = async (id: string | undefined) => {
        const shown = id === undefined ? NOT_FOUND : await showRun(pool, id, context)
        if (!shown.ok) return shown
        const plan = await findPlan(pool, shown.value.plan)
        const short =
          plan?.kind === 'run' ? await findShortGates(pool, plan, starter, request.number) : []
        return answer({ ...shown.value, warnings: short.map(presentShortGate) })
      }
      return steerOnce({ db: pool, reactor }, context, request.number, {
        async first(steering) {
          const over = refuseOver(request.value.startsAt, reactor.now())
          if (over !== undefined) return over
          const started = await startRun(
            { db: pool, reactor: steering },
            {
              ...request.value,
              source: null,
              starter,
              onFailure: 'wait',
              cause,
              plan: body.plan ?? null,
            },
          )
          return started.ok ? show(started.id) : startRefused(started, body.name)
        },
        async again() {
          return show(await findRunByCause(pool, request.number, cause))
        },
      })
    },
  }
}

interface StartBody {
  readonly project: string
  readonly name: string
  readonly parameters?: Readonly<Record<string, string | number>> | undefined
  readonly snapshots?: Readonly<Record<string, string>> | undefined
  readonly wayBack?: boolean | undefined
  readonly putBack?: PutBackRequest | undefined
  readonly startsAt?: string | undefined
}

/** The request in names, with the snapshots that were chosen by hand looked up. */
async function readRequest(
  db: Queryable,
  { project: id, name, parameters = {}, snapshots = {}, wayBack, putBack, startsAt }: StartBody,
): Promise<
  | {
      readonly ok: true
      readonly number: number
      readonly value: {
        readonly project: string
        readonly name: string
        readonly parameters: Readonly<Record<string, string | number>>
        readonly snapshots: ReadonlyMap<string, KnownSnapshot>
        readonly wayBack?: boolean
        readonly putBack?: PutBackRequest
        readonly startsAt?: number
      }
    }
  | Refused<'unknown_reference' | 'not_found'>
> {
  const project = await findRow<{ name: string; number: number }>(
    db,
    'SELECT name, number FROM projects WHERE id = $1',
    [uuidOf(id)],
  )
  if (project === undefined) return NOT_FOUND
  const chosen = new Map<string, KnownSnapshot>()
  for (const [application, version] of Object.entries(snapshots)) {
    const [first = '', second] = application.split('/')
    const wanted =
      second === undefined
        ? { project: project.name, name: first }
        : { project: first, name: second }
    const found = await findSnapshotByVersion(db, wanted, version)
    if (found === undefined) {
      return refused(
        'unknown_reference',
        `There is no snapshot ${wanted.project}/${wanted.name}:${version}. See: lockstep snapshot list`,
        { snapshot: `${wanted.project}/${wanted.name}:${version}` },
      )
    }
    chosen.set(`${wanted.project}/${wanted.name}`, {
      digest: found.digest,
      version: found.body.version,
      passed: null,
    })
  }
  return {
    ok: true,
    number: project.number,
    value: {
      project: project.name,
      name,
      parameters,
      snapshots: chosen,
      ...(wayBack === undefined ? {} : { wayBack }),
      ...(putBack === undefined ? {} : { putBack }),
      ...(startsAt === undefined ? {} : { startsAt: Date.parse(startsAt) }),
    },
  }
}

function refuseOver(
  startsAt: number | undefined,
  now: number,
): Refused<'plan_refused'> | undefined {
  if (startsAt === undefined || startsAt > now) return undefined
  const message = `${new Date(startsAt).toISOString()} is over. Leave the time out to start at once.`
  return planRefused([{ code: 'already_over', where: '', message }])
}

function planRefused(refusals: readonly PlanRefusal[]): Refused<'plan_refused'> {
  const [first] = refusals
  const where = first === undefined || first.where === '' ? '' : `${first.where}: `
  const more = refusals.length > 1 ? ` And ${refusals.length - 1} more.` : ''
  return refused('plan_refused', `${where}${first?.message ?? 'No plan can be made.'}${more}`, {
    refusals,
  })
}

function startRefused(
  started: Extract<Started, { ok: false }>,
  name: string,
): Refused<
  | 'plan_refused'
  | 'plan_unknown'
  | 'plan_outdated'
  | 'wrong_state'
  | 'busy'
  | 'idempotency_key_reused'
> {
  switch (started.code) {
    case 'plan_refused':
      return planRefused(started.refusals)
    case 'plan_unknown':
      return refused('plan_unknown', 'There is no plan with this digest.')
    case 'plan_outdated': {
      const { now, differences } = started
      const short = now.slice('sha256:'.length, 'sha256:'.length + 8)
      const first = (differences[0] ?? '').replace(/\.$/, '')
      const detail = `Reality has moved since this plan was made: ${first}. Look at the plan of now, ${short}, and start that.`
      return refused('plan_outdated', detail, { now, differences })
    }
    case 'wrong_state':
      if (started.refusal === 'key_reused') return KEY_REUSED
      return refused(
        started.refusal === 'busy' ? 'busy' : 'wrong_state',
        sentenceOf(started.refusal, name),
      )
  }
}

async function findRunByCause(
  db: Queryable,
  project: number,
  cause: string | null,
): Promise<string | undefined> {
  const row = await findRow<{ id: string }>(
    db,
    'SELECT id FROM runs WHERE project_id = $1 AND cause = $2',
    [project, cause],
  )
  return row && idOf('run', row.id)
}

async function readSurroundings(
  db: Queryable,
  { plan }: MadePlan,
): Promise<Omit<PlanSurroundings, 'short'>> {
  const environments = plan.stages.flatMap(({ environment }) =>
    environment === null ? [] : [environment.id],
  )
  return {
    versions: await readVersions(db, environments),
    free: await listFreeEnvironments(db, environments),
    passed: await readAddresses(
      db,
      plan.brings.flatMap(({ passed }) => (passed === null ? [] : [passed])),
    ),
  }
}

/** Whether a project of this name is in reach. */
async function projectsSeen(db: Queryable, reach: Reach): Promise<(name: string) => boolean> {
  if (reach.everywhere) return () => true
  const rows = await listRows<{ name: string }>(
    db,
    'SELECT name FROM projects WHERE id = ANY ($1::uuid[])',
    [reach.projects.map(uuidOf)],
  )
  const names = new Set(rows.map(({ name }) => name))
  return (name) => names.has(name)
}
