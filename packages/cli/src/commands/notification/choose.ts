import { MAIL_CHOICES, type MailChoice } from '@lockstep/domain'
import { answer } from '../../command/answer.ts'
import { command } from '../../command/command.ts'
import { UsageRefusal } from '../../command/failure.ts'
import type { MailChoices } from '../../documents.ts'
import { fold, presentTable, type Column } from '../../present/layout.ts'

export const chooseNotifications = command({
  words: 'notification choose',
  flags: {
    off: { type: 'texts', value: 'MAIL', summary: 'do without these; once for each' },
    on: { type: 'texts', value: 'MAIL', summary: 'get these again; once for each' },
  },
  summary: 'Show and choose which mails I get; what asks for a decision always comes',
  examples: [
    'lockstep notification choose',
    'lockstep notification choose --off reminders --off notices',
  ],
  async run(context, _input, flags) {
    const [off, on] = [flags.off.map(choiceIn), flags.on.map(choiceIn)]
    const both = on.find((choice) => off.includes(choice))
    if (both !== undefined) {
      throw new UsageRefusal(`"${both}" cannot be both on and off. Say one of the two.`)
    }
    const client = await context.connect()
    const before = await client.showMailChoices()
    const isSame = off.length === 0 && on.length === 0
    const chosen = isSame
      ? before
      : await client.chooseMails({
          off: before.choices
            .filter(
              ({ choice, wanted }) => !on.includes(choice) && (!wanted || off.includes(choice)),
            )
            .map(({ choice }) => choice),
        })
    const width = context.terminal.width()
    const table = presentTable(COLUMNS, chosen.choices, width)
    return answer(context, chosen, [table, '', ...fold(chosen.always, width)].join('\n'))
  },
})

const COLUMNS: readonly Column<MailChoices['choices'][number]>[] = [
  { title: 'mail', value: ({ choice }) => choice },
  { title: '', value: ({ wanted }) => (wanted ? 'on' : 'off') },
  { title: 'comes', value: ({ detail }) => detail },
]

function choiceIn(word: string): MailChoice {
  const choice = MAIL_CHOICES.find((one) => one === word)
  if (choice !== undefined) return choice
  throw new UsageRefusal(`A mail is one of ${MAIL_CHOICES.join(', ')}, not "${word}".`)
}
