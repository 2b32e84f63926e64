import { answer, answerList, tell, viewOf } from '../../command/answer.ts'
import { command, words } from '../../command/command.ts'
import { presentTime } from '../../present/time.ts'

export const repair = command({
  words: 'repair',
  arguments: { thing: { shown: 'ID', optional: true } },
  flags: { message: words('why it will go better now') },
  summary:
    'List what was set aside after a fault of the server, or take it up again after an upgrade',
  examples: [
    'lockstep repair',
    'lockstep repair run_01KA5XQ2000000000000000000 -m "Upgraded to 0.1.1"',
  ],
  async run(context, { thing }, flags) {
    const client = await context.connect()
    const view = viewOf(context)
    if (thing === undefined) {
      const { items } = await client.listFaults()
      return answerList(
        context,
        { items, next: null },
        [
          { title: 'id', value: ({ id }) => id },
          { title: 'of', value: ({ run, project }) => run ?? project },
          { title: 'what', value: ({ kind }) => kind.replaceAll('_', ' '), goes: 2 },
          { title: 'incident', value: ({ incident }) => incident },
          { title: 'since', value: ({ since }) => presentTime(since, view), goes: 1 },
        ],
        'Nothing is set aside.',
      )
    }
    const { repaired } = await client.repairFault({
      fault: thing,
      ...(flags.message === undefined ? {} : { reason: flags.message }),
    })
    const waiting = repaired.reduce((sum, { messages }) => sum + messages, 0)
    if (waiting > 0) tell(context, `${waiting} messages that waited for it are tried again.`)
    const what = repaired.map(({ id }) => id).join(', ')
    return answer(
      context,
      { repaired },
      `✓ Taken up again: ${what}. What fails again is set aside again; see  lockstep repair`,
    )
  },
})
