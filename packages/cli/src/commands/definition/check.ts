import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { readKnownTypes, type Known } from '@lockstep/define/check'

import { answer, tell } from '../../command/answer.ts'
import { command, type ExitCode } from '../../command/command.ts'
import type { Context } from '../../command/context.ts'
import { counted } from '../../present/layout.ts'
import { foldersOf, readFolder } from './read-folder.ts'

export const check = command({
  words: 'check',
  arguments: { paths: { shown: 'PATH', many: true } },
  summary: 'Check everything about definitions that can be checked without a server',
  examples: ['lockstep check', 'lockstep check ./lockstep ../data-backend/lockstep'],
  async run(context, { paths }) {
    const checked: { readonly folder: string; readonly definitions: number }[] = []
    for (const folder of foldersOf(context, paths)) {
      const own = await readFolder(context, folder, await knownBeside(folder))
      if ((await checkTypes(context, folder)) !== 0) return 1
      checked.push({ folder, definitions: own.definitions.length })
    }
    const all = checked.reduce((sum, { definitions }) => sum + definitions, 0)
    return answer(context, { checked }, `✓ ${counted(all, 'definition')} without a mistake.`)
  },
})

/** What `known.d.ts` lets definitions refer to; nothing is known without that file, and then it is not checked. */
async function knownBeside(folder: string): Promise<Known | undefined> {
  const text = await readFile(join(folder, 'known.d.ts'), 'utf8').catch(() => undefined)
  const own = await readFile(join(folder, 'lockstep.json'), 'utf8').catch(() => '')
  const project = /"project"\s*:\s*"([a-z0-9-]+)"/.exec(own)?.[1]
  return text === undefined || project === undefined ? undefined : readKnownTypes(text, project)
}

/** The repository's own compiler, when there is one and the folder says how to use it. */
async function checkTypes(context: Context, folder: string): Promise<ExitCode> {
  const compiler = findCompiler(folder)
  if (compiler === undefined || !existsSync(join(folder, 'tsconfig.json'))) return 0
  tell(context, 'Checking types …')
  // Standard output has the answer of the command; what the compiler says are messages.
  const child = spawn(process.execPath, [compiler, '--noEmit', '-p', folder], {
    cwd: context.cwd,
    stdio: ['ignore', 2, 2],
  })
  await once(child, 'exit')
  return child.exitCode === 0 ? 0 : 1
}

function findCompiler(folder: string): string | undefined {
  for (let around = folder; ; around = dirname(around)) {
    const compiler = join(around, 'node_modules', 'typescript', 'bin', 'tsc')
    if (existsSync(compiler)) return compiler
    if (dirname(around) === around) return undefined
  }
}
