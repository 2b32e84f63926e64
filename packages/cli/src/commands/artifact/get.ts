import { createHash } from 'node:crypto'
import { open, rename, rm } from 'node:fs/promises'
import { resolve } from 'node:path'

import { answer } from '../../command/answer.ts'
import { command } from '../../command/command.ts'
import { Refusal } from '../../command/failure.ts'
import { shortDigest } from '../../present/layout.ts'
import { artifactArguments, findArtifact } from './find-artifact.ts'

export const getArtifact = command({
  words: 'artifact get',
  arguments: artifactArguments,
  flags: {
    out: { type: 'text', value: 'FILE', summary: 'where to; COMPONENT-VERSION here, without it' },
  },
  summary: 'Fetch an artifact, and check its bytes on the way',
  examples: [
    'lockstep artifact get ingest-api 2.0.0-rc.6 -p backend',
    'lockstep artifact get ios-app 2.0.0-b57 -p mobile --out owner.ipa',
  ],
  async run(context, { component, version }, { out }) {
    const client = await context.connect()
    const { artifact, project } = await findArtifact(context, client, component, version)
    const file = resolve(context.cwd, out ?? `${component}-${version}`)
    const response = await client.readArtifact({
      project: project.id,
      digest: artifact.digest.slice('sha256:'.length),
    })
    const unfinished = `${file}.unfinished`
    const digest = await writeTo(unfinished, response.body ?? [])
    if (digest !== artifact.digest) {
      await rm(unfinished, { force: true })
      throw new Refusal(
        `the bytes that came are ${shortDigest(digest)}, and ${component} ${version} is ${shortDigest(artifact.digest)}. Nothing was written.`,
      )
    }
    await rename(unfinished, file)
    return answer(context, artifact, `✓ ${file}, ${shortDigest(digest)} as it was stored.`)
  },
})

async function writeTo(file: string, bytes: AsyncIterable<Uint8Array> | never[]): Promise<string> {
  const hash = createHash('sha256')
  await using handle = await open(file, 'w')
  for await (const chunk of bytes) {
    hash.update(chunk)
    await handle.writeFile(chunk)
  }
  return `sha256:${hash.digest('hex')}`
}
