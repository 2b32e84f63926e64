import { PASSWORD_LENGTH_MIN } from '@lockstep/domain'

import type { Context } from '../../command/context.ts'

/** What the server asks of a new password. */
export const NEW_PASSWORD_HINT = `at least ${PASSWORD_LENGTH_MIN} characters; long is better than odd`

/** A password that is typed and not shown, or the first line that is piped in. */
export function readPassword(context: Context, question: string, hint = ''): Promise<string> {
  const { terminal } = context
  return terminal.canAsk ? terminal.askSecret(question, hint) : terminal.readLine()
}
