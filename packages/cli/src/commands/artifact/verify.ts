import { createHash } from 'node:crypto'
import { stat } from 'node:fs/promises'
import { resolve } from 'node:path'

import { answer } from '../../command/answer.ts'
import { command } from '../../command/command.ts'
import { Refusal } from '../../command/failure.ts'
import { artifactArguments, findArtifact } from './find-artifact.ts'
import { digestOfFile } from './push.ts'

export const verifyArtifact = command({
  words: 'artifact verify',
  arguments: { ...artifactArguments, path: { shown: 'PATH', optional: true } },
  summary: 'Read the bytes of an artifact again, on the server or in a file here',
  examples: [
    'lockstep artifact verify ingest-api 2.0.0-rc.6 -p backend',
    'lockstep artifact verify ingest-api 2.0.0-rc.6 dist/ingest-api.tgz -p backend',
  ],
  async run(context, { component, version, path }) {
    const client = await context.connect()
    const { artifact, project } = await findArtifact(context, client, component, version)
    const digest =
      path === undefined
        ? await digestOfBytes(
            (
              await client.readArtifact({
                project: project.id,
                digest: artifact.digest.slice('sha256:'.length),
              })
            ).body ?? [],
          )
        : await digestHere(resolve(context.cwd, path))
    const isSame = digest === artifact.digest
    const where = path ?? 'the store'
    answer(
      context,
      { artifact, digest, same: isSame },
      isSame
        ? `✓ ${where} has the bytes of ${component} ${version}: ${digest}`
        : `✗ ${where} has ${digest}, and ${component} ${version} is ${artifact.digest}`,
    )
    return isSame ? 0 : 1
  },
})

async function digestHere(file: string): Promise<string> {
  const about = await stat(file).catch(() => undefined)
  if (about === undefined || !about.isFile()) throw new Refusal(`there is no file ${file}.`)
  return digestOfFile(file)
}

async function digestOfBytes(bytes: AsyncIterable<Uint8Array> | never[]): Promise<string> {
  const hash = createHash('sha256')
  for await (const chunk of bytes) hash.update(chunk)
  return `sha256:${hash.digest('hex')}`
}
