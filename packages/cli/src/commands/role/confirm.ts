import { answer, viewOf } from '../../command/answer.ts'
import { command } from '../../command/command.ts'
import { UsageRefusal } from '../../command/failure.ts'
import type { Grant } from '../../documents.ts'
import { presentTime } from '../../present/time.ts'
import { presentGranted } from './present-granted.ts'

export const confirmRole = command({
  words: 'role confirm',
  arguments: { grant: { shown: 'ID' } },
  summary: 'Confirm a role that somebody gave to themselves; it counts an hour later',
  examples: [
    'lockstep role confirm gra_01KA7Z4V0000000000000000000',
    'lockstep role confirm gra_01KA7Z4V0000000000000000000 --json',
  ],
  async run(context, { grant }) {
    if (!isGrantId(grant)) {
      throw new UsageRefusal(`"${grant}" is no id of a role.`, [
        'Roles with their ids:  lockstep role list',
      ])
    }
    const client = await context.connect()
    const confirmed = await client.confirmGrant({ grant })
    const { subjectName, role, from } = confirmed
    const when = from === null ? '' : ` from ${presentTime(from, viewOf(context))} on`
    const sentence = `${subjectName} is ${role}${when}, if nobody takes it back before.`
    return answer(context, confirmed, presentGranted(confirmed, sentence))
  },
})

function isGrantId(text: string): text is Grant['id'] {
  return /^gra_[0-7][0-9A-HJKMNP-TV-Z]{25}$/.test(text)
}
