import { answer } from '../../command/answer.ts'
import { command } from '../../command/command.ts'
import type { Applied } from '../../documents.ts'
import { counted } from '../../present/layout.ts'
import { APPLY_FLAGS } from './apply-flags.ts'
import { compareFolder } from './compare-folder.ts'
import { foldersOf } from './read-folder.ts'

export const diff = command({
  words: 'diff',
  arguments: { paths: { shown: 'PATH', many: true } },
  flags: {
    'exit-code': { type: 'boolean', summary: 'end with 1 when there is a difference' },
    ...APPLY_FLAGS,
  },
  summary: 'Show what applying would change, and change nothing',
  examples: ['lockstep diff', 'lockstep diff ./lockstep --exit-code'],
  async run(context, { paths }, flags) {
    const client = await context.connect()
    const documents: Applied[] = []
    let differing = 0
    for (const folder of foldersOf(context, paths)) {
      const compared = await compareFolder(context, client, folder, {
        allowBreaking: flags['allow-breaking'],
        delete: flags.delete,
        takeOver: flags['take-over'],
      })
      documents.push(compared.applied)
      differing += compared.differing.length
      if (!context.json)
        context.terminal.print(presentCompared(compared.applied, compared.differing.length))
    }
    if (context.json) answer(context, documents.length === 1 ? documents[0] : documents, '')
    return flags['exit-code'] && differing > 0 ? 1 : 0
  },
})

function presentCompared(applied: Applied, differing: number): string {
  if (differing === 0) return `No difference: ${counted(applied.differences.length, 'definition')}.`
  const refused = applied.refuses.map(({ message }) => `\nApplying it would be refused: ${message}`)
  return applied.text + refused.join('')
}
