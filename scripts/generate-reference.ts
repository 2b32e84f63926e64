// npm run generate: writes what docs/reference says about the API and the command line.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { COMMANDS, presentReference } from '../packages/cli/src/index.ts'
import { openApi, routes } from '../packages/contract/src/index.ts'

const root = join(import.meta.dirname, '..')
const folder = join(root, 'docs', 'reference')
const { version }: { version: string } = JSON.parse(
  readFileSync(join(root, 'package.json'), 'utf8'),
)

const pages: Readonly<Record<string, string>> = {
  'cli.md': presentReference(COMMANDS),
  'openapi.json': `${JSON.stringify(openApi(routes, version), null, 2)}\n`,
}

mkdirSync(folder, { recursive: true })
for (const [name, text] of Object.entries(pages)) writeFileSync(join(folder, name), text)
process.stdout.write(`Wrote ${Object.keys(pages).join(', ')} in docs/reference\n`)
