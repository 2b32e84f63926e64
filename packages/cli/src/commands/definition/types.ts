import { readFile, writeFile } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { presentKnownTypes, type Known } from '@lockstep/define/check'

import { findProject } from '../../address/project.ts'
import { answer } from '../../command/answer.ts'
import { command } from '../../command/command.ts'
import { foldersOf } from './read-folder.ts'

export const writeTypes = command({
  words: 'types',
  arguments: { path: { shown: 'PATH', optional: true } },
  summary: 'Write known.d.ts: the names of other projects that definitions may refer to',
  examples: ['lockstep types', 'lockstep types ./lockstep'],
  async run(context, { path }) {
    const client = await context.connect()
    const [folder = ''] = foldersOf(context, path === undefined ? [] : [path])
    const project = await findProject(context, client)
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the server gives exactly what its checks rely on
    const known = {
      ...(await client.showKnown({ project: project.id })),
      project: project.name,
    } as Known
    const text = presentKnownTypes(known)
    const file = join(folder, 'known.d.ts')
    const shown = relative(context.cwd, file)
    const before = await readFile(file, 'utf8').catch(() => '')
    if (before === text)
      return answer(context, known, `Nothing to do: ${shown} is as it should be.`)
    await writeFile(file, text)
    return answer(context, known, `✓ Wrote ${shown}. Commit it: checks work without a server then.`)
  },
})
