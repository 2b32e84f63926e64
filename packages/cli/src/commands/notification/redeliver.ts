import type { Client } from '@lockstep/client'

import { answer } from '../../command/answer.ts'
import { command } from '../../command/command.ts'
import { UsageRefusal } from '../../command/failure.ts'

export const redeliver = command({
  words: 'notification redeliver',
  arguments: { notification: { shown: 'NOTIFICATION' } },
  summary: 'Send a message again',
  examples: [
    'lockstep notification redeliver ntf_01KA7Z4V2M5YQ8T3W6X9Z0B1C2',
    'lockstep notification list --state failed',
  ],
  async run(context, { notification: id }) {
    if (!/^ntf_[0-7][0-9A-HJKMNP-TV-Z]{25}$/.test(id)) {
      throw new UsageRefusal(`"${id}" is not the id of a message.`, [
        'Messages and their ids:  lockstep notification list',
      ])
    }
    const client = await context.connect()
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- its form was checked above
    const notification = id as Parameters<Client['redeliverNotification']>[0]['notification']
    const sent = await client.redeliverNotification({ notification })
    return answer(context, sent, `✓ "${sent.title}" goes to ${sent.receiver} again.`)
  },
})
