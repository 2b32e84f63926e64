import {
  answer,
  refused,
  type EnvironmentChange,
  type InventoryRow as InventoryRowView,
  type placeRoutes,
} from '@lockstep/contract'
import {
  idOf,
  isDrifted,
  reach as reachOf,
  uuidOf,
  type EnvironmentId,
  type InventoryRow,
  type Reach,
} from '@lockstep/domain'
import type * as z from 'zod/mini'

import type { ReactorPort } from '../../ports/reactor.ts'
import {
  findDefinitionById,
  pageDefinitions,
  type StoredDefinition,
} from '../../postgres/deliverables/definition-store.ts'
import { queryableOn, type Queryable } from '../../postgres/queryable.ts'
import {
  pageEnvironmentHistory,
  type EnvironmentChangeRow,
} from '../../postgres/read/environment-history.ts'
import {
  listEnvironmentNames,
  listRunsAt,
  viewEnvironments,
  type EnvironmentName,
} from '../../postgres/read/environments.ts'
import { listInventory } from '../../postgres/read/inventory.ts'
import { readNames } from '../../postgres/read/names.ts'
import {
  freezeEnvironment,
  lockEnvironment,
  unfreezeEnvironment,
  unlockEnvironment,
} from '../../usecases/environment/lock-environment.ts'
import { findPutBacks, type PutBacks } from '../../usecases/environment/find-put-backs.ts'
import { reportInventory } from '../../usecases/environment/report-inventory.ts'
import { reportFact } from '../../usecases/fact/report.ts'
import { NOT_FOUND } from '../authorize.ts'
import { cursorOf, NOT_A_CURSOR, pageFrom, placeIn, sliceOf } from '../page.ts'
import {
  presentEnvironment,
  presentEnvironmentChange,
  presentInventoryRow,
  type SeesRuns,
} from '../present-place.ts'
import { actorOf, ownerOf, type Principal } from '../principal.ts'
import { projectsInReach } from '../reach.ts'
import type { RequestContext, ServerHandlers } from '../request-context.ts'

type EnvironmentRoutes = Pick<
  typeof placeRoutes,
  | 'listEnvironments'
  | 'showEnvironment'
  | 'lockEnvironment'
  | 'unlockEnvironment'
  | 'freezeEnvironment'
  | 'unfreezeEnvironment'
  | 'showInventory'
  | 'reportInventory'
  | 'listEnvironmentHistory'
  | 'reportFact'
>

export interface EnvironmentHandlersDeps {
  readonly db: Queryable
  readonly reactor: Pick<ReactorPort, 'create' | 'submit' | 'now'>
}

/** Environments: who has them, what is in them, and what is reported about them. */
export function environmentHandlers({
  db,
  reactor,
}: EnvironmentHandlersDeps): ServerHandlers<EnvironmentRoutes> {
  const show = async (environment: EnvironmentId, principal: Principal) => {
    const found = await findDefinitionById(db, uuidOf(environment))
    if (found === undefined || !isEnvironment(found)) return NOT_FOUND
    const [view] = await viewEnvironments(db, [found])
    return view === undefined ? NOT_FOUND : answer(presentEnvironment(view, seesRuns(principal)))
  }
  return {
    async listEnvironments({ query }, { reach, principal }) {
      const slice = sliceOf(query)
      if (!slice.ok) return slice
      const projects = projectsInReach(reach, query.project)
      const rows = await pageDefinitions(db, {
        kind: 'environment',
        name: query.name,
        projects: projects === 'all' ? null : projects.map(uuidOf),
        also: query.project === undefined ? environmentsIn(reach) : [],
        after: slice.after === undefined ? undefined : uuidOf(slice.after),
        limit: slice.limit,
      })
      const views = await viewEnvironments(db, rows)
      const sees = seesRuns(principal)
      return answer(
        pageFrom(
          views.map((view) => presentEnvironment(view, sees)),
          query.limit,
          (shown) => shown,
        ),
      )
    },

    async showEnvironment({ params }, { principal }) {
      return show(params.environment, principal)
    },

    async lockEnvironment({ params, body }, context) {
      const { principal } = context
      const command = await commandOf(db, params.environment, body.reason, context)
      if (command === undefined) return NOT_FOUND
      const person = ownerOf(principal) ?? ''
      const locked = await lockEnvironment({ reactor }, { ...command, person })
      return locked.ok ? show(params.environment, principal) : locked
    },

    async unlockEnvironment({ params, body }, context) {
      const reason = (body.reason ?? '').trim() === '' ? 'unlocked' : (body.reason ?? '')
      const command = await commandOf(db, params.environment, reason, context)
      if (command === undefined) return NOT_FOUND
      const unlocked = await unlockEnvironment({ reactor }, command)
      if (unlocked.ok) return show(params.environment, context.principal)
      return unlocked.code === 'environment_locked' || unlocked.code === 'comment_missing'
        ? refused('wrong_state', unlocked.detail)
        : { ...unlocked, code: unlocked.code }
    },

    async freezeEnvironment({ params, body }, context) {
      const command = await commandOf(db, params.environment, body.reason, context)
      if (command === undefined) return NOT_FOUND
      const frozen = await freezeEnvironment(
        { reactor },
        {
          ...command,
          from: body.from === undefined ? undefined : Date.parse(body.from),
          until: body.until === undefined ? null : Date.parse(body.until),
        },
      )
      return frozen.ok ? show(params.environment, context.principal) : frozen
    },

    async unfreezeEnvironment({ params, body }, context) {
      const command = await commandOf(db, params.environment, body.reason, context)
      if (command === undefined) return NOT_FOUND
      const thawed = await unfreezeEnvironment({ reactor }, command)
      return thawed.ok ? show(params.environment, context.principal) : thawed
    },

    async showInventory({ query }, context) {
      const { reach, principal } = context
      const { environment, application } = query
      if (environment !== undefined && !(await context.can('inventory.read', environment)).allowed)
        return NOT_FOUND
      const at = query.at === undefined ? undefined : new Date(query.at)
      if (at !== undefined && at.getTime() > reactor.now() + CLOCK_AHEAD_MS) {
        return refused(
          'time_to_come',
          `${query.at} is in the future. Ask for a time that has been, or leave it out for now.`,
        )
      }
      const places = await placesToShow(db, reach, environment)
      const rows = await listInventory(db, {
        environments: [...places.keys()],
        ...(at === undefined ? {} : { at }),
      })
      if (application !== undefined && !rows.some((row) => isOf(row, application))) {
        if (!(await isDefined(db, reach, application))) {
          return refused(
            'not_found',
            `There is no application "${application}" that you may see. List them: lockstep application list`,
          )
        }
      }
      const wanted = rows.filter(
        (row) =>
          isAnything(row) &&
          (application === undefined || isOf(row, application)) &&
          (query.resource === undefined || row.resource === query.resource) &&
          (query.drift === undefined || isDrifted(row) === query.drift),
      )
      return answer({
        at: (at ?? new Date(Math.round(reactor.now()))).toISOString(),
        items: await present(db, wanted, {
          places,
          sees: seesRuns(principal),
          // What was is put back by nobody.
          backs: at === undefined ? await findPutBacks(db, rows) : () => undefined,
        }),
      })
    },

    async reportInventory({ body }, { principal, inTransaction }) {
      const { environment, component, resource } = body
      return inTransaction(async (write) => {
        const told = await reportInventory(write, body)
        if (!told.ok) return told
        const tx = queryableOn(write.tx)
        const rows = await listInventory(tx, { environment })
        const row = rows.filter(
          (one) =>
            isOf(one, body.application) &&
            one.component.name === component &&
            one.resource === resource,
        )
        const places = await placesToShow(tx, { everywhere: true }, environment)
        const backs = await findPutBacks(tx, rows)
        const [shown] = await present(tx, row, { places, sees: seesRuns(principal), backs })
        return shown === undefined ? NOT_FOUND : answer(shown)
      })
    },

    async listEnvironmentHistory({ params, query }, { principal }) {
      const place = placeIn(query.after, /^\d{1,17}~[0-9a-f]{0,32}$/)
      if (place === null) return NOT_A_CURSOR
      const [micros = '', key = ''] = place?.split('~') ?? []
      const { entries, next } = await pageEnvironmentHistory(db, {
        environment: params.environment,
        before: place === undefined ? undefined : { micros, key },
        limit: query.limit,
        now: reactor.now(),
      })
      return answer({
        items: await presentHistory(db, entries, seesRuns(principal)),
        next: next === null ? null : cursorOf(`${next.micros}~${next.key}`),
      })
    },

    async reportFact({ body }, { inTransaction }) {
      return inTransaction(async (write) => {
        const reported = await reportFact(write, body)
        return reported.ok ? answer(null) : reported
      })
    },
  }
}

function isEnvironment(stored: StoredDefinition): stored is StoredDefinition<'environment'> {
  return stored.kind === 'environment'
}

/** Environments on which a role was granted by themselves. */
function environmentsIn(reach: Reach): readonly string[] {
  return reach.everywhere ? [] : reach.environments.map(uuidOf)
}

function seesRuns({ rights }: Principal): SeesRuns {
  const seen = reachOf(rights, 'run.read')
  return (project) => seen.everywhere || seen.projects.includes(project)
}

async function commandOf(
  db: Queryable,
  environment: EnvironmentId,
  reason: string,
  { principal, command, origin }: RequestContext,
) {
  const found = await findDefinitionById(db, uuidOf(environment))
  return (
    found && {
      environment,
      project: found.projectNumber,
      reason,
      by: actorOf(principal),
      key: command,
      origin,
    }
  )
}

/** The places that may be looked into, by id; retired ones too, for what was in them. */
async function placesToShow(
  db: Queryable,
  reach: Reach,
  environment: EnvironmentId | undefined,
): Promise<ReadonlyMap<string, EnvironmentName>> {
  const names = await listEnvironmentNames(
    db,
    environment === undefined
      ? {
          projects: reach.everywhere ? null : reach.projects.map(uuidOf),
          also: environmentsIn(reach),
        }
      : { projects: [], also: [uuidOf(environment)] },
  )
  return new Map(names.map((name) => [name.id, name]))
}

/** Whoever asks for now by a clock that is a little ahead means now. */
const CLOCK_AHEAD_MS = 60_000

/** Projects that are looked through for one with an application of this name. */
const SAME_NAME_MAX = 1_000

/** Whether there is such an application, although it may be nowhere yet. */
async function isDefined(db: Queryable, reach: Reach, application: string): Promise<boolean> {
  const [name, project] = application.split('/').toReversed()
  const projects = projectsInReach(reach, undefined)
  const found = await pageDefinitions(db, {
    kind: 'application',
    name,
    projects: projects === 'all' ? null : projects.map(uuidOf),
    after: undefined,
    limit: SAME_NAME_MAX,
  })
  return found.some((one) => project === undefined || one.project === project)
}

/** Nothing runs and nothing is wanted: there was something once. */
function isAnything({ reported, wanted, unknown }: InventoryRow): boolean {
  return reported !== null || wanted !== null || unknown
}

/** An application by `project/name`, or by its name in any project. */
function isOf({ component }: InventoryRow, application: string): boolean {
  const { project, application: name } = component
  return application === `${project}/${name}` || application === name
}

async function present(
  db: Queryable,
  rows: readonly InventoryRow[],
  {
    places,
    sees,
    backs,
  }: {
    readonly places: ReadonlyMap<string, EnvironmentName>
    readonly sees: SeesRuns
    readonly backs: PutBacks
  },
): Promise<z.output<typeof InventoryRowView>[]> {
  const put = rows.filter(({ putBy }) => putBy !== null)
  const runs = await listRunsAt(
    db,
    put.map(({ putBy, since }) => ({ root: putBy?.root ?? '', at: since })),
  )
  const putBy = new Map(put.map((row, index) => [row, runs[index]]))
  return rows.flatMap((row) => {
    const place = places.get(row.environment)
    return place === undefined
      ? []
      : [presentInventoryRow(row, place, putBy.get(row), { sees, back: backs(row) })]
  })
}

/** Entries of a history, with the runs and people that brought them. */
async function presentHistory(
  db: Queryable,
  rows: readonly EnvironmentChangeRow[],
  sees: SeesRuns,
): Promise<z.output<typeof EnvironmentChange>[]> {
  const runs = await listRunsAt(
    db,
    // A root is a run or a release; either names the same uuid.
    rows.map(({ root, at }) => ({ root: idOf('run', root), at: at.getTime() })),
  )
  const names = await readNames(
    db,
    rows.flatMap(({ actor }, at) => actor ?? runs[at]?.starter ?? []),
  )
  return rows.map((row, at) => presentEnvironmentChange(row, runs[at], { sees, names }))
}
