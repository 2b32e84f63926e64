import type { Client } from '@lockstep/client'

import { findProject } from '../../address/project.ts'
import { answer, viewOf } from '../../command/answer.ts'
import { command } from '../../command/command.ts'
import { presentTime } from '../../present/time.ts'

type Permission = Parameters<Client['createToken']>[0]['permissions'][number]

export const createToken = command({
  words: 'token create',
  arguments: { name: { shown: 'NAME' }, permissions: { shown: 'PERMISSION', many: true } },
  flags: {
    days: {
      type: 'number',
      value: 'N',
      summary: 'how long it lives; 90 without it, a year at most',
    },
  },
  summary: 'Make a token that acts for me, with these permissions at most',
  examples: [
    'lockstep token create "CI of the backend" run.start run.read plan.make -p backend',
    'lockstep token create dashboard inventory.read --days 365',
  ],
  async run(context, { name, permissions }, { days }) {
    const client = await context.connect()
    const project = context.project === undefined ? undefined : await findProject(context, client)
    const made = await client.createToken({
      name,
      // The server knows which permissions there are, and names those that it does not know.
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- see above
      permissions: permissions as Permission[],
      ...(project === undefined ? {} : { project: project.id }),
      ...(days === undefined ? {} : { days }),
    })
    const until = presentTime(made.token.expiresAt, viewOf(context))
    return answer(
      context,
      made,
      `${made.secret}\n\nIt works until ${until}, as LOCKSTEP_TOKEN, and is not shown again.`,
    )
  },
})
