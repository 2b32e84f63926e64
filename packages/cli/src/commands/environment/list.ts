import { findProject, projectName } from '../../address/project.ts'
import { answerList } from '../../command/answer.ts'
import { command, limit } from '../../command/command.ts'

export const listEnvironments = command({
  words: 'environment list',
  flags: { limit },
  summary: 'List environments, and who holds them',
  examples: ['lockstep environment', 'lockstep environment list -p connected-car'],
  async run(context, _input, flags) {
    const client = await context.connect()
    const said = await projectName(context)
    const project = said === undefined ? undefined : await findProject(context, client, said)
    const page = await client.listEnvironments({
      limit: flags.limit,
      ...(project === undefined ? {} : { project: project.id }),
    })
    return answerList(
      context,
      page,
      [
        { title: 'environment', value: ({ project: own, name }) => `${own}/${name}` },
        { title: 'takes', value: ({ receives }) => receives.join(', '), goes: 1 },
        { title: 'agents', value: ({ agents }) => String(agents.length), align: 'right' },
        {
          title: 'held by',
          value: ({ lock }) => (lock.state === 'free' ? 'free' : (lock.holder ?? 'somebody')),
        },
        {
          title: 'waiting',
          value: ({ lock }) => (lock.queue.length === 0 ? '' : String(lock.queue.length)),
          align: 'right',
        },
      ],
      'There is no environment.',
    )
  },
})
