import type { Client } from '@lockstep/client'

import { answer, askFor, confirm, tell } from '../../command/answer.ts'
import { command, words } from '../../command/command.ts'
import type { Context } from '../../command/context.ts'
import { Refusal } from '../../command/failure.ts'
import type { Applied } from '../../documents.ts'
import { counted } from '../../present/layout.ts'
import { APPLY_FLAGS } from './apply-flags.ts'
import { applyCompared, compareFolder, type ApplyOptions, type Compared } from './compare-folder.ts'
import { foldersOf } from './read-folder.ts'

export const apply = command({
  words: 'apply',
  arguments: { paths: { shown: 'PATH', many: true } },
  flags: { message: words('why; kept with the revisions'), ...APPLY_FLAGS },
  summary: 'Show what definitions would change, ask, and make revisions of them',
  examples: ['lockstep apply', 'lockstep apply ./lockstep -y -m "Embedded leads take part"'],
  async run(context, { paths }, flags) {
    const client = await context.connect()
    const options = {
      allowBreaking: flags['allow-breaking'],
      delete: flags.delete,
      takeOver: flags['take-over'],
    }
    const documents: Applied[] = []
    for (const folder of foldersOf(context, paths)) {
      const applied = await applyFolder(context, client, folder, options, flags.message)
      if (applied === undefined) return 1
      documents.push(applied)
    }
    if (context.json) answer(context, documents.length === 1 ? documents[0] : documents, '')
    return 0
  },
})

/** Undefined when the person said no. */
async function applyFolder(
  context: Context,
  client: Client,
  folder: string,
  options: ApplyOptions,
  message: string | undefined,
): Promise<Applied | undefined> {
  const compared = await compareFolder(context, client, folder, options)
  const { applied, differing } = compared
  if (differing.length === 0) {
    const amount = counted(applied.differences.length, 'definition')
    if (!context.json)
      context.terminal.print(
        `Nothing to do: ${amount} ${applied.differences.length === 1 ? 'is as it should be' : 'are as they should be'}.`,
      )
    return applied
  }
  show(context, `${applied.text}\n`)
  const allowed = await allow(context, compared, options)
  if (allowed === undefined) return undefined
  const comment = await reasonFor(context, differing.length, message)
  if (comment === undefined) {
    tell(context, 'Nothing was applied.')
    return undefined
  }
  const done = await applyCompared(client, compared, allowed, comment)
  if (!context.json) context.terminal.print(presentApplied(done))
  return done
}

/** The difference is what is asked about: with `--json` it goes where the question goes. */
function show(context: Context, text: string): void {
  if (context.json) tell(context, text)
  else context.terminal.print(text)
}

/** What may be let through, when the person says so by word; the refusal otherwise. */
async function allow(
  context: Context,
  { applied }: Compared,
  options: ApplyOptions,
): Promise<ApplyOptions | undefined> {
  const refuses = applied.refuses.filter(
    ({ code }) =>
      !(code === 'breaks_others' && options.allowBreaking) &&
      !(code === 'deletion_not_confirmed' && options.delete),
  )
  if (refuses.length === 0) return options
  const onlyDeletion = refuses.every(({ code }) => code === 'deletion_not_confirmed')
  if (onlyDeletion && context.terminal.canAsk) {
    const said = await confirm(
      context,
      refuses.map(({ message }) => message).join('\n') + ' Delete?',
      '--delete',
    )
    if (!said) tell(context, 'Nothing was applied.')
    return said ? { ...options, delete: true } : undefined
  }
  const [first, ...more] = refuses
  throw new Refusal(first?.message ?? '', [
    ...more.map(({ message }) => `  ${message}`),
    ...refuses.flatMap(({ code }) => WAYS[code] ?? []),
  ])
}

const WAYS: Readonly<Record<string, string>> = {
  breaks_others: 'If that is meant:  lockstep apply --allow-breaking',
  deletion_not_confirmed: 'If that is meant:  lockstep apply --delete',
}

/** Why, from the flag or from whoever is asked; undefined for no. */
async function reasonFor(
  context: Context,
  changes: number,
  message: string | undefined,
): Promise<string | undefined> {
  const question = `Apply ${counted(changes, 'change')}?`
  if (context.yes) return message ?? ''
  if (message !== undefined) return (await confirm(context, question, '-y')) ? message : undefined
  const reason = await askFor(
    context,
    `${question} Why (kept with the revisions): `,
    undefined,
    '-y -m "…"',
  )
  return reason === '' || /^no?$/i.test(reason) ? undefined : reason
}

/** `✓ pipeline connected-car rev 15   ✓ environment production rev 6` */
export function presentApplied({ differences }: Applied): string {
  return differences
    .filter(({ change }) => change !== 'equal')
    .map(({ kind, name, change, after }) =>
      change === 'delete' ? `✓ ${kind} ${name} retired` : `✓ ${kind} ${name} rev ${after ?? 1}`,
    )
    .join('   ')
}
