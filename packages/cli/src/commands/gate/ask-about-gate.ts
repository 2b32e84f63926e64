// Before somebody decides about a gate: they are shown what it lets through, and answer for exactly that.

import { confirm } from '../../command/answer.ts'
import type { Context } from '../../command/context.ts'
import { Refusal } from '../../command/failure.ts'
import type { Gate } from '../../documents.ts'

/** What a script answers for, in place of a person who is shown and asked. */
export const COVERS_FLAG = {
  type: 'text',
  value: 'DIGEST',
  summary: 'in a script: the digest that gate show gave; its first 8 digits will do',
} as const

/** The digest of what the person was shown, when they say yes. Who may not is told why by the server, instead of being asked first. */
export async function askAboutGate(
  context: Context,
  { covers }: Pick<Gate, 'covers'>,
  asked: {
    readonly may: boolean
    readonly shown: readonly string[]
    readonly question: string
  },
): Promise<string | undefined> {
  if (covers === null) {
    throw new Refusal('the gate is still being described; try again in a moment.')
  }
  if (!asked.may) return covers
  for (const text of asked.shown) context.terminal.note(text)
  const flag = `--covers ${covers.replace('sha256:', '').slice(0, 8)}`
  return (await confirm(context, asked.question, flag)) ? covers : undefined
}
