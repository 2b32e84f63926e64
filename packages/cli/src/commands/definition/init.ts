import { mkdir, writeFile } from 'node:fs/promises'
import { existsSync } from 'node:fs'
import { basename, join } from 'node:path'

import { answer, askFor } from '../../command/answer.ts'
import { command } from '../../command/command.ts'
import { Refusal, UsageRefusal } from '../../command/failure.ts'
import { presentExample, TSCONFIG } from './example.ts'

export const init = command({
  words: 'init',
  flags: {
    name: {
      type: 'text',
      value: 'NAME',
      summary: 'of the application; the folder’s name without it',
    },
  },
  summary: 'Put a lockstep folder with one example into this repository',
  examples: ['lockstep init', 'lockstep init --project backend --name data-backend'],
  async run(context, _input, flags) {
    const folder = join(context.cwd, 'lockstep')
    if (existsSync(join(folder, 'lockstep.json'))) {
      throw new Refusal('there is a lockstep folder already.', ['Check it:  lockstep check'])
    }
    const name = flags.name ?? nameFrom(basename(context.cwd))
    if (!/^[a-z0-9]+(-[a-z0-9]+)*$/.test(name)) {
      throw new UsageRefusal(
        `"${name}" is no name: lower-case words with hyphens. Say one with --name.`,
      )
    }
    const project =
      context.project ?? (await askFor(context, 'Project     ', undefined, '--project'))
    await mkdir(folder, { recursive: true })
    const files: Readonly<Record<string, string>> = {
      'lockstep.json': `${JSON.stringify({ project, source: name }, null, 2)}\n`,
      'tsconfig.json': TSCONFIG,
      'definitions.ts': presentExample(name),
    }
    for (const [file, text] of Object.entries(files))
      await writeFile(join(folder, file), text, { flag: 'wx' })
    return answer(
      context,
      { folder, files: Object.keys(files) },
      `✓ Wrote ${Object.keys(files)
        .map((file) => `lockstep/${file}`)
        .join(', ')}.\n  Next: lockstep check, then lockstep apply`,
    )
  },
})

function nameFrom(folder: string): string {
  return folder
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-|-$/g, '')
}
