import { answer, confirm, viewOf } from '../../command/answer.ts'
import { command, words } from '../../command/command.ts'
import { Refusal } from '../../command/failure.ts'
import { counted } from '../../present/layout.ts'
import { presentTime } from '../../present/time.ts'

export const releaseHold = command({
  words: 'notification release',
  flags: {
    message: words('what was looked at'),
    discard: {
      type: 'boolean',
      summary: 'drop the messages in the backup instead of sending them; most have been sent',
    },
    confirmed: { type: 'boolean', summary: 'answer the question with yes' },
  },
  summary: 'Let mail, work and triggers go out again after a restore',
  examples: [
    'lockstep notification release --discard -m "Looked at every run"',
    'lockstep notification release --confirmed',
  ],
  async run(context, _input, { message, discard, confirmed }) {
    const client = await context.connect()
    const hold = await client.showHold()
    if (!hold.held) throw new Refusal('nothing is held back: everything goes out.')
    const since = hold.since === null ? '' : ` since ${presentTime(hold.since, viewOf(context))}`
    context.terminal.note(
      [
        `Held back${since}: ${hold.because ?? ''}`,
        `  ${counted(hold.messages, 'message')} ${discard ? 'will be dropped' : 'will be sent, also those that were sent before the restore'}`,
        `  ${counted(hold.runs, 'run')} under way; ${counted(hold.jobs, 'step')} will be given to agents, also what ran after the backup was made.`,
        '  Abort what must not go on:  lockstep run abort RUN -m WHY',
      ].join('\n'),
    )
    if (!confirmed && !(await confirm(context, 'Let everything go out?', '--confirmed'))) return 1
    const released = await client.releaseHold({
      discard,
      ...(message === undefined ? {} : { comment: message }),
    })
    return answer(context, released, '✓ Everything goes out again.')
  },
})
