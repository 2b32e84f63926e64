import { findProject } from '../../address/project.ts'
import { answer } from '../../command/answer.ts'
import { command } from '../../command/command.ts'
import { UsageRefusal } from '../../command/failure.ts'
import { findUser } from '../user/find-user.ts'

export const createServiceAccount = command({
  words: 'service-account create',
  arguments: { name: { shown: 'NAME' } },
  flags: {
    owner: {
      type: 'texts',
      value: 'USER',
      summary: 'who answers for it; two people at least, once for each',
    },
    title: { type: 'text', value: 'TITLE', summary: 'what people read; the name without it' },
  },
  summary: 'Make a service account in a project; what it starts its owners do not approve',
  examples: [
    'lockstep service-account create ci --owner backend-lead --owner qa-lead -p backend',
    'lockstep service-account create ci --owner backend-lead --owner qa-lead --title "Build server" -p backend',
  ],
  async run(context, { name }, { owner, title }) {
    if (owner.length < 2) {
      throw new UsageRefusal(
        'A service account has two owners at least: none of them has it alone. Say --owner for each.',
      )
    }
    const client = await context.connect()
    const project = await findProject(context, client)
    const owners = await Promise.all(owner.map((user) => findUser(client, user)))
    const account = await client.createServiceAccount({
      project: project.id,
      name,
      title: title ?? name,
      owners: owners.map(({ id }) => id),
    })
    const { name: where } = project
    return answer(
      context,
      account,
      [
        `✓ Made service account ${name} in ${where}. It may nothing yet. Next:`,
        `  lockstep role grant ROLE account:${name} -p ${where}`,
        `  lockstep token create TOKEN-NAME PERMISSION… --for ${name} -p ${where}`,
      ].join('\n'),
    )
  },
})
