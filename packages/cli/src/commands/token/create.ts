import type { Client } from '@lockstep/client'

import { findProject } from '../../address/project.ts'
import { answer, viewOf } from '../../command/answer.ts'
import { command } from '../../command/command.ts'
import { findEnvironment } from '../environment/find-environment.ts'
import { presentTime } from '../../present/time.ts'
import { placesOf } from './places.ts'
import { FOR_FLAG, tokensOf } from './for-account.ts'

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
    from: {
      type: 'texts',
      value: 'RANGE,…',
      summary: 'works from these addresses and ranges only, such as 10.0.0.0/8; may be repeated',
    },
    environment: {
      type: 'text',
      value: 'NAME',
      summary: 'only for what is of this environment of the project',
    },
    ...FOR_FLAG,
  },
  summary: 'Make a token that acts for me or for a service account, with these permissions at most',
  examples: [
    'lockstep token create "CI of the backend" project.read plan.make run.start run.read --for ci -p backend',
    'lockstep token create line-2 environment.read inventory.report --environment production --from 10.0.0.0/8 -p connected-car',
  ],
  async run(context, { name, permissions }, { days, from, environment: place, for: account }) {
    const client = await context.connect()
    const project = context.project === undefined ? undefined : await findProject(context, client)
    const environment =
      place === undefined ? undefined : await findEnvironment(context, client, place)
    const ranges = from.flatMap((text) => text.split(',')).map((text) => text.trim())
    const tokens = await tokensOf(context, client, account)
    const made = await tokens.create({
      name,
      // The server knows which permissions there are, and names those that it does not know.
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- see above
      permissions: permissions as Permission[],
      ...(project === undefined ? {} : { project: project.id }),
      ...(environment === undefined ? {} : { environment: environment.id }),
      ...(days === undefined ? {} : { days }),
      from: ranges,
    })
    const until = presentTime(made.token.expiresAt, viewOf(context))
    const [where] = await placesOf(client, [made.token])
    const limit = ranges.length === 0 ? '' : ` from ${ranges.join(', ')}`
    return answer(
      context,
      made,
      `${made.secret}\n\nIt works ${where}${limit} until ${until}, as LOCKSTEP_TOKEN, and is not shown again.`,
    )
  },
})
