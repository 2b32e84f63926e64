import { writeFile } from 'node:fs/promises'
import { resolve } from 'node:path'

import { answer } from '../../command/answer.ts'
import { command } from '../../command/command.ts'
import { findRelease } from './find-release.ts'

export const dossier = command({
  words: 'release dossier',
  arguments: { release: { shown: 'RELEASE', completes: 'release' } },
  flags: { out: { type: 'text', value: 'FILE', summary: 'write it there, for you alone to read' } },
  summary: 'Give everything that is kept about a release, as JSON',
  examples: [
    'lockstep release dossier connected-car-2.0 --out dossier.json',
    'lockstep release dossier connected-car-2.0 | jq .',
  ],
  async run(context, { release: name }, { out }) {
    const client = await context.connect()
    const { id } = await findRelease(context, client, name)
    const document = await client.showDossier({ release: id })
    const text = JSON.stringify(document, null, 2)
    if (out === undefined) return answer(context, document, text)
    await writeFile(resolve(context.cwd, out), `${text}\n`, { mode: 0o600 })
    return answer(context, document, `✓ Wrote ${out}.`)
  },
})
