import { parseThingAddress } from '../../address/address.ts'
import { findProject } from '../../address/project.ts'
import { answerList, viewOf } from '../../command/answer.ts'
import { command, limit } from '../../command/command.ts'
import { presentTime } from '../../present/time.ts'
import { shortDigest } from '../../present/layout.ts'

export const listArtifacts = command({
  words: 'artifact list',
  arguments: { application: { shown: 'APPLICATION', optional: true, completes: 'application' } },
  flags: { limit, component: { type: 'text', value: 'NAME', summary: 'only of this component' } },
  summary: 'List artifacts of a project, newest first',
  examples: [
    'lockstep artifact list backend/data-backend',
    'lockstep artifact list -p backend --component ingest-api',
  ],
  async run(context, { application }, flags) {
    const client = await context.connect()
    const thing = application === undefined ? undefined : parseThingAddress(application)
    const project = await findProject(context, client, thing?.project)
    const page = await client.listArtifacts({
      project: project.id,
      limit: flags.limit,
      ...(thing === undefined ? {} : { application: thing.name }),
      ...(flags.component === undefined ? {} : { component: flags.component }),
    })
    const view = viewOf(context)
    return answerList(
      context,
      page,
      [
        { title: 'component', value: ({ application: own, component }) => `${own} ${component}` },
        { title: 'version', value: ({ version }) => version },
        {
          title: 'bytes',
          value: ({ sizeBytes }) => sizeBytes.toLocaleString('en'),
          align: 'right',
        },
        { title: 'digest', value: ({ digest }) => shortDigest(digest) },
        { title: 'commit', value: ({ commit }) => commit?.slice(0, 8) ?? '', goes: 2 },
        { title: 'at', value: ({ at }) => presentTime(at, view), goes: 1 },
      ],
      'There is no artifact yet.',
    )
  },
})
