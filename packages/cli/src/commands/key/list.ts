import { findProject } from '../../address/project.ts'
import { answerList, viewOf } from '../../command/answer.ts'
import { command } from '../../command/command.ts'
import { presentTime } from '../../present/time.ts'

export const listKeys = command({
  words: 'key list',
  summary: 'List the keys by which the artifacts of a project are signed',
  examples: ['lockstep key -p backend', 'lockstep key list -p backend --json'],
  async run(context) {
    const client = await context.connect()
    const project = await findProject(context, client)
    const { items } = await client.listTrustedKeys({ project: project.id })
    const view = viewOf(context)
    return answerList(
      context,
      { items, next: null },
      [
        { title: 'key', value: ({ name }) => name },
        { title: 'fingerprint', value: ({ fingerprint }) => fingerprint },
        { title: 'since', value: ({ at }) => presentTime(at, view), goes: 1 },
      ],
      'This project trusts no key. If it never has, the check "signed" takes signed reports of agents; otherwise it holds for nothing.',
    )
  },
})
