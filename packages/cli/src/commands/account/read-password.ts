import type { Context } from '../../command/context.ts'

/** A password that is typed and not shown, or the first line that is piped in. */
export function readPassword(context: Context, question: string): Promise<string> {
  const { terminal } = context
  return terminal.canAsk ? terminal.askSecret(question) : terminal.readLine()
}
