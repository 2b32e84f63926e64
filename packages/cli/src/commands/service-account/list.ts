import { findProject, projectName } from '../../address/project.ts'
import { answerList } from '../../command/answer.ts'
import { command, limit } from '../../command/command.ts'
import { namesOfPeople } from './names-of-people.ts'

export const listServiceAccounts = command({
  words: 'service-account list',
  flags: { limit },
  summary: 'List service accounts: what acts without a person',
  examples: ['lockstep service-account -p backend', 'lockstep service-account list --json'],
  async run(context, _input, flags) {
    const client = await context.connect()
    const said = await projectName(context)
    const project = said === undefined ? undefined : await findProject(context, client, said)
    const page = await client.listServiceAccounts({
      limit: flags.limit,
      ...(project === undefined ? {} : { project: project.id }),
    })
    const names = await namesOfPeople(client)
    return answerList(
      context,
      page,
      [
        { title: 'service account', value: ({ name }) => name },
        { title: 'title', value: ({ title }) => title },
        {
          title: 'owners',
          value: ({ owners }) => owners.map((id) => names.get(id) ?? id).join(', '),
        },
        { title: '', value: ({ disabled }) => (disabled ? 'disabled' : '') },
      ],
      'There is no service account.',
    )
  },
})
