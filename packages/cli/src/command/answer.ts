// What commands say, and what they ask.

import type { View } from '../present/time.ts'
import type { Column } from '../present/layout.ts'
import { presentTable } from '../present/layout.ts'
import type { ExitCode } from './command.ts'
import type { Context } from './context.ts'
import { Refusal } from './failure.ts'

/** The screen, zone and moment of this call. */
export function viewOf({ terminal, zone, now }: Context): View {
  return { width: terminal.width(), zone, nowMs: now() }
}

/** The answer of a command: as text for people, or the document itself with `--json`. */
export function answer(context: Context, document: unknown, text: string): ExitCode {
  context.terminal.print(context.json ? JSON.stringify(document) : text)
  return 0
}

/** A list as a table, or a sentence when it is empty. Says when there is more. */
export function answerList<Row>(
  context: Context,
  page: { readonly items: readonly Row[]; readonly next: string | null },
  columns: readonly Column<Row>[],
  empty: string,
): ExitCode {
  const { items, next } = page
  const table = items.length === 0 ? empty : presentTable(columns, items, context.terminal.width())
  answer(context, page, table)
  if (next !== null && !context.json) tell(context, 'There are more; --limit shows up to 200.')
  return 0
}

/** Progress and confirmation: on standard error, and not with `--quiet`. */
export function tell(context: Context, text: string): void {
  if (!context.quiet) context.terminal.note(text)
}

/** Asks for yes or no, with no default. In a pipe it is refused with the flag that answers. */
export async function confirm(context: Context, question: string, flag: string): Promise<boolean> {
  if (!context.terminal.canAsk) throw nobodyToAsk(question, flag, context.yes)
  for (;;) {
    const word = (await context.terminal.ask(`${question} `)).toLowerCase()
    if (word === 'yes' || word === 'y') return true
    if (word === 'no' || word === 'n') return false
    context.terminal.note('Type yes or no.')
  }
}

/** A text that a flag gives, or a person on a terminal. */
export async function askFor(
  context: Context,
  question: string,
  given: string | undefined,
  flag: string,
): Promise<string> {
  if (given !== undefined) return given
  if (!context.terminal.canAsk) throw nobodyToAsk(question, flag)
  return context.terminal.ask(question)
}

function nobodyToAsk(question: string, flag: string, saidYes = false): Refusal {
  return new Refusal(`"${question.trim()}" cannot be asked here, since this is no terminal.`, [
    ...(saidYes ? ['-y answers only what can be undone.'] : []),
    `Answer it with  ${flag}`,
  ])
}

/** The reason that the rules ask for; refused without one. */
export function reasonOf(given: string | undefined, what: string): string {
  if (given !== undefined && given.trim() !== '') return given
  throw new Refusal(`${what} needs a reason, it is kept as evidence. Add -m "…"`)
}
