import { findProject } from '../../address/project.ts'
import { answerList, viewOf } from '../../command/answer.ts'
import { command, limit } from '../../command/command.ts'
import { presentTime } from '../../present/time.ts'

export const listSecrets = command({
  words: 'secret list',
  flags: { limit },
  summary: 'List the secrets of a project: names and ages, never a value',
  examples: ['lockstep secret -p mobile', 'lockstep secret list -p mobile --json'],
  async run(context, _input, flags) {
    const client = await context.connect()
    const project = await findProject(context, client)
    const page = await client.listSecrets({ project: project.id, limit: flags.limit })
    const view = viewOf(context)
    return answerList(
      context,
      page,
      [
        { title: 'secret', value: ({ name }) => name },
        { title: 'for', value: ({ environment }) => environment ?? 'the project' },
        { title: 'version', value: ({ version }) => String(version), align: 'right' },
        { title: 'set', value: ({ setAt }) => presentTime(setAt, view) },
        { title: 'by', value: ({ setBy }) => setBy, goes: 0 },
        {
          title: '',
          value: ({ state }) => (state === 'lost' ? 'lost with its key; set it again' : ''),
        },
      ],
      `${project.name} has no secret. Set one:  lockstep secret set NAME`,
    )
  },
})
