import { NOTIFICATION_STATES } from '@lockstep/contract'

import { findProject } from '../../address/project.ts'
import { answerList, viewOf } from '../../command/answer.ts'
import { command, limit } from '../../command/command.ts'
import { UsageRefusal } from '../../command/failure.ts'
import { presentTime } from '../../present/time.ts'

export const listNotifications = command({
  words: 'notification list',
  flags: {
    limit,
    state: { type: 'text', value: 'STATE', summary: `one of ${NOTIFICATION_STATES.join(', ')}` },
  },
  summary: 'List messages to people, newest first, and how it went',
  examples: ['lockstep notification -p connected-car', 'lockstep notification list --state failed'],
  async run(context, _input, flags) {
    const state = NOTIFICATION_STATES.find((one) => one === flags.state)
    if (flags.state !== undefined && state === undefined) {
      throw new UsageRefusal(
        `--state is one of ${NOTIFICATION_STATES.join(', ')}, not "${flags.state}".`,
      )
    }
    const client = await context.connect()
    const project =
      context.project === undefined ? undefined : (await findProject(context, client)).id
    const page = await client.listNotifications({
      limit: flags.limit,
      ...(project === undefined ? {} : { project }),
      ...(state === undefined ? {} : { state }),
    })
    const view = viewOf(context)
    return answerList(
      context,
      page,
      [
        { title: 'notification', value: ({ id }) => id },
        { title: 'at', value: ({ at }) => presentTime(at, view) },
        { title: 'to', value: ({ receiver }) => receiver },
        { title: 'state', value: ({ state: how }) => how },
        { title: 'subject', value: ({ title }) => title, goes: 1 },
        { title: 'why not', value: ({ failure }) => failure ?? '', goes: 0 },
      ],
      'There is no such message.',
    )
  },
})
