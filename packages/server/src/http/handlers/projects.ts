import { answer, refused, type eventRoutes, type projectRoutes } from '@lockstep/contract'
import type { People } from '../../ports/people.ts'
import { createProject } from '../../usecases/project/create.ts'
import { NOT_FOUND } from '../authorize.ts'
import type { EventHub } from '../event-hub.ts'
import { pageFrom, sliceOf } from '../page.ts'
import { presentProject } from '../present.ts'
import type { ServerHandlers } from '../request-context.ts'
import { Topic } from '@lockstep/contract'
import * as z from 'zod/mini'

const TOPICS_MAX = 20

export function projectHandlers({
  people,
}: {
  readonly people: People
}): ServerHandlers<typeof projectRoutes> {
  return {
    async listProjects({ query }, { reach }) {
      const slice = sliceOf(query)
      if (!slice.ok) return slice
      const projects = reach.everywhere ? 'all' : reach.projects
      const rows = await people.projects.list(slice, { name: query.name, projects })
      return answer(pageFrom(rows, query.limit, presentProject))
    },
    async showProject({ params }) {
      const project = await people.projects.find(params.project)
      return project === undefined ? NOT_FOUND : answer(presentProject(project))
    },
    async createProject({ body }, { inTransaction }) {
      return inTransaction(async (write) => {
        const outcome = await createProject(write, body)
        return outcome.ok ? answer(presentProject(outcome.value)) : outcome
      })
    },
    async changeProject({ params, body }, { inTransaction, ifMatch }) {
      return inTransaction(async (write) => {
        const before = await write.people.projects.find(params.project)
        if (before === undefined) return NOT_FOUND
        const after = await write.people.projects.update(params.project, ifMatch, body.title)
        if (after === undefined) {
          return refused(
            'out_of_date',
            'This project was changed since you read it. Read again and decide again.',
            {
              current: presentProject(before),
            },
          )
        }
        await write.record({
          type: 'project_changed',
          subject: after.id,
          project: after.number,
          body: { before: before.title, after: after.title },
        })
        return answer(presentProject(after))
      })
    },
  }
}

export function eventHandlers({
  hub,
}: {
  readonly hub: EventHub
}): ServerHandlers<typeof eventRoutes> {
  return {
    async followEvents({ query }, context) {
      const topics = [...new Set(query.topics.split(','))]
      const unknown = topics.find((topic) => !z.safeParse(Topic, topic).success)
      if (unknown !== undefined || topics.length > TOPICS_MAX) {
        return refused(
          'invalid_field',
          `"topics" in the query is a list of at most ${TOPICS_MAX} of all, gates:mine, run:run_…, project:prj_…, release:rel_…, environment:env_… with commas between.`,
          { field: 'topics' },
        )
      }
      for (const topic of topics) {
        const id = /^(?:run|project|release|environment):(.+)$/.exec(topic)?.[1]
        if (id !== undefined && !(await context.can('project.read', id)).allowed) return NOT_FOUND
      }
      const { principal, lastEventId, signal } = context
      const isStillAllowed = (): Promise<boolean> => context.isStillAllowed()
      return answer({
        stream: hub.open({ topics, rights: principal.rights, lastEventId, signal, isStillAllowed }),
      })
    },
  }
}
