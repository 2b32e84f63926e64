import { decidesInVain } from '@lockstep/domain'

import { findProject, projectName } from '../../address/project.ts'
import { answerList, viewOf } from '../../command/answer.ts'
import { command, limit } from '../../command/command.ts'
import { presentTime } from '../../present/time.ts'

export const listRoles = command({
  words: 'role list',
  flags: { limit },
  summary: 'List who has which role in a project; without a project, on the whole system',
  examples: ['lockstep role -p connected-car', 'lockstep role list'],
  async run(context, _input, flags) {
    const client = await context.connect()
    const said = await projectName(context)
    const project = said === undefined ? undefined : await findProject(context, client, said)
    const page =
      project === undefined
        ? await client.listSystemGrants({ limit: flags.limit })
        : await client.listGrants({ project: project.id, limit: flags.limit })
    const view = viewOf(context)
    return answerList(
      context,
      page,
      [
        {
          title: 'who',
          value: ({ subject, subjectName }) =>
            `${subject.startsWith('grp_') ? 'group ' : ''}${subjectName}`,
        },
        { title: 'role', value: ({ role }) => role },
        { title: 'on', value: ({ scope }) => scope },
        { title: 'since', value: ({ createdAt }) => presentTime(createdAt, view), goes: 2 },
        {
          title: '',
          value: ({ state, from, ...granted }) =>
            decidesInVain(granted)
              ? 'decides at no gate: only people do'
              : state === 'in_force'
                ? ''
                : from === null
                  ? 'waits to be confirmed'
                  : `counts from ${presentTime(from, view)}`,
        },
        { title: 'id', value: ({ id }) => id, goes: 1 },
      ],
      'Nobody has a role here.',
    )
  },
})
