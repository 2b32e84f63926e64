import { parseThingAddress } from '../../address/address.ts'
import { findProject } from '../../address/project.ts'
import { answerList, viewOf } from '../../command/answer.ts'
import { command, limit } from '../../command/command.ts'
import { shortDigest } from '../../present/layout.ts'
import { presentTime } from '../../present/time.ts'
import { findNamed } from '../definition/find-definition.ts'

export const listSnapshots = command({
  words: 'snapshot list',
  arguments: { application: { shown: 'APPLICATION', completes: 'application' } },
  flags: { limit },
  summary: 'List the snapshots of an application, newest first',
  examples: [
    'lockstep snapshot list data-backend',
    'lockstep snapshot list backend/data-backend --json',
  ],
  async run(context, { application: text }, flags) {
    const client = await context.connect()
    const { name, project: own } = await findNamed(
      context,
      client,
      'application',
      parseThingAddress(text),
    )
    const project = await findProject(context, client, own)
    const page = await client.listSnapshots({
      project: project.id,
      application: name,
      limit: flags.limit,
    })
    const view = viewOf(context)
    return answerList(
      context,
      page,
      [
        { title: 'snapshot', value: ({ application, version }) => `${application}:${version}` },
        {
          title: 'components',
          value: ({ components }) =>
            components.map((one) => `${one.name} ${one.version}`).join(', '),
          goes: 1,
        },
        { title: 'digest', value: ({ digest }) => shortDigest(digest) },
        { title: 'made by', value: ({ madeBy }) => madeBy ?? '' },
        { title: 'at', value: ({ at }) => presentTime(at, view), goes: 2 },
      ],
      'There is no snapshot yet.',
    )
  },
})
