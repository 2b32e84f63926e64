import { answer, type definitionRoutes } from '@lockstep/contract'
import { compareDefinitions, type Known, type KnownGroup } from '@lockstep/define/check'
import { can, reach, uuidOf, type ProjectId } from '@lockstep/domain'

import type { ReactorPort } from '../../ports/reactor.ts'
import {
  findDefinitionById,
  listRevisions,
  pageDefinitions,
  type StoredDefinition,
} from '../../postgres/deliverables/definition-store.ts'
import { queryableOn, type Queryable } from '../../postgres/queryable.ts'
import { findProject, readKnown } from '../../postgres/read/known.ts'
import { readNames } from '../../postgres/read/names.ts'
import { applyDefinitions } from '../../usecases/definition/apply-definitions.ts'
import { ensureDefinitionAggregates } from '../../usecases/definition/ensure-aggregates.ts'
import { retire } from '../../usecases/definition/retire.ts'
import { reviseDefinition } from '../../usecases/definition/revise-definition.ts'
import { restoreRevision } from '../../usecases/definition/restore-revision.ts'
import { NOT_FOUND, refusalOf } from '../authorize.ts'
import { cursorOf, NOT_A_CURSOR, pageFrom, placeIn, sliceOf } from '../page.ts'
import {
  presentApplied,
  presentDefinition,
  presentMistake,
  presentRevisionChange,
} from '../present-definition.ts'
import { actorOf, ownerOf, type Principal } from '../principal.ts'
import { projectsInReach } from '../reach.ts'
import type { ServerHandlers } from '../request-context.ts'

export interface DefinitionHandlersDeps {
  readonly db: Queryable
  readonly reactor: Pick<ReactorPort, 'create' | 'submit'>
  readonly publicUrl: () => string
}

export function definitionHandlers(
  deps: DefinitionHandlersDeps,
): ServerHandlers<typeof definitionRoutes> {
  const { db, reactor, publicUrl } = deps
  return {
    async applyDefinitions({ body }, context) {
      const { principal, inTransaction } = context
      if (body.delete === true) {
        const mayDelete = await context.can('definition.delete', body.project)
        const refusal = refusalOf(mayDelete, 'definition.delete')
        if (refusal !== undefined) return refusal
      }
      const outcome = await inTransaction(async (write) => {
        const applied = await applyDefinitions(write, {
          ...body,
          dryRun: body.dryRun ?? false,
          comment: body.comment ?? '',
          expects: body.expects ?? {},
          allowBreaking: body.allowBreaking ?? false,
          delete: body.delete ?? false,
          takeOver: body.takeOver ?? false,
          ...editorOf(principal),
          projects: seenBy(principal),
        })
        return applied.ok
          ? answer(presentApplied(applied.value, new URL(publicUrl()).host))
          : applied
      })
      if (!outcome.ok) return outcome
      if (outcome.value.applied) await ensureDefinitionAggregates({ db, reactor }, body.project)
      return answer(outcome.value)
    },

    async listDefinitions({ query }, context) {
      const slice = sliceOf(query)
      if (!slice.ok) return slice
      const projects = projectsInReach(context.reach, query.project)
      const rows = await pageDefinitions(db, {
        kind: query.kind,
        name: query.name,
        projects: projects === 'all' ? null : projects.map(uuidOf),
        after: slice.after === undefined ? undefined : uuidOf(slice.after),
        limit: slice.limit,
      })
      return answer(pageFrom(await present(db, rows), query.limit, (row) => row))
    },

    async showDefinition({ params, query }) {
      const found = await findDefinitionById(db, uuidOf(params.definition), query.revision)
      const [shown] = found === undefined ? [] : await present(db, [found])
      return shown === undefined ? NOT_FOUND : answer(shown)
    },

    async listRevisions({ params, query }) {
      const before = placeIn(query.after, /^\d{1,9}$/)
      if (before === null) return NOT_A_CURSOR
      const rows = await listRevisions(db, uuidOf(params.definition), {
        before: before === undefined ? undefined : Number(before),
        limit: query.limit + 1,
      })
      const shown = rows.slice(0, query.limit)
      const last = shown.at(-1)
      return answer({
        items: [...(await present(db, shown))],
        next:
          rows.length > query.limit && last !== undefined ? cursorOf(String(last.revision)) : null,
      })
    },

    async compareRevisions({ params, query }) {
      const uuid = uuidOf(params.definition)
      const before = await findDefinitionById(db, uuid, query.from)
      const after = await findDefinitionById(db, uuid, query.to)
      if (before === undefined || after === undefined) return NOT_FOUND
      // Under one name: between the two it may have been given another.
      const [change] = compareDefinitions(
        [before.definition],
        [{ ...after.definition, name: before.definition.name }],
        { project: before.project },
      ).definitions
      if (change === undefined) return NOT_FOUND
      const { aheadOfSource } = after
      return answer(
        presentRevisionChange(change, { before: query.from, after: query.to, aheadOfSource }),
      )
    },

    async reviseDefinition({ params, body }, { principal, inTransaction, placeOf }) {
      const place = await placeOf(params.definition)
      if (place === undefined || place.on === 'system') return NOT_FOUND
      const outcome = await inTransaction(async (write) => {
        const revised = await reviseDefinition(write, {
          ...body,
          definition: params.definition,
          project: place.project,
          comment: body.comment ?? '',
          ...editorOf(principal),
          projects: seenBy(principal),
        })
        if (!revised.ok) return revised
        const { now, change, mistakes, isPublished } = revised.value
        const names = await readNames(queryableOn(write.tx), [now.editor])
        const { revision: before, aheadOfSource } = now
        return answer({
          newest: presentDefinition(now, names),
          difference:
            change === undefined
              ? null
              : presentRevisionChange(change, { before, after: before + 1, aheadOfSource }),
          mistakes: mistakes.map(presentMistake),
          published: isPublished,
        })
      })
      if (outcome.ok && outcome.value.published)
        await ensureDefinitionAggregates({ db, reactor }, place.project)
      return outcome
    },

    async restoreRevision({ params, body }, { principal, inTransaction, placeOf }) {
      const place = await placeOf(params.definition)
      if (place === undefined || place.on === 'system') return NOT_FOUND
      const outcome = await inTransaction(async (write) => {
        const restored = await restoreRevision(write, {
          definition: params.definition,
          project: place.project,
          ...body,
          ...editorOf(principal),
          projects: seenBy(principal),
        })
        if (!restored.ok) return restored
        const names = await readNames(queryableOn(write.tx), [restored.value.editor])
        return answer(presentDefinition(restored.value, names))
      })
      if (outcome.ok) await ensureDefinitionAggregates({ db, reactor }, place.project)
      return outcome
    },

    async retireDefinition({ params, body }, { principal, inTransaction, placeOf }) {
      const place = await placeOf(params.definition)
      if (place === undefined || place.on === 'system') return NOT_FOUND
      return inTransaction(async (write) => {
        const retired = await retire(write, {
          definition: params.definition,
          project: place.project,
          comment: body.comment,
          allowBreaking: body.allowBreaking,
          projects: seenBy(principal),
        })
        if (!retired.ok) return retired
        const names = await readNames(queryableOn(write.tx), [retired.value.editor])
        return answer(presentDefinition(retired.value, names))
      })
    },

    async showKnown({ query }, { principal }) {
      const project = await findProject(db, query.project)
      if (project === undefined) return NOT_FOUND
      const known = await readKnown(db, { project, projects: seenBy(principal) })
      const place = { on: 'project', project: query.project } as const
      const seesPeople = can(principal.rights, 'user.read', place).allowed
      return answer({ ...(seesPeople ? known : withoutPeople(known)) })
    },
  }
}

/** Projects whose definitions the caller may see. */
function seenBy({ rights }: Principal): 'all' | readonly ProjectId[] {
  const seen = reach(rights, 'definition.read')
  return seen.everywhere ? 'all' : seen.projects
}

/** Groups are told by name and size only. */
function withoutPeople({ users: _users, groups = {}, ...known }: Known): Known {
  const sizes = Object.entries(groups).map(([name, { members }]): [string, KnownGroup] => [
    name,
    members === undefined ? {} : { members },
  ])
  return { ...known, groups: Object.fromEntries(sizes) }
}

/** Revisions with their editors by name. */
async function present(
  db: Queryable,
  stored: readonly StoredDefinition[],
): Promise<readonly ReturnType<typeof presentDefinition>[]> {
  const names = await readNames(
    db,
    stored.map(({ editor }) => editor),
  )
  return stored.map((one) => presentDefinition(one, names))
}

/** Who is kept as the editor: the person, also behind a token of theirs, so that they do not approve what they have edited. */
function editorOf(principal: Principal): {
  readonly author: string
  readonly editor: string | undefined
} {
  const owner = ownerOf(principal)
  if (owner === undefined || !owner.startsWith('usr_'))
    return { author: actorOf(principal), editor: undefined }
  return {
    author: `user:${owner}`,
    editor: principal.kind === 'anonymous' ? undefined : principal.name,
  }
}
