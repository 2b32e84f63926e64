import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { open, stat } from 'node:fs/promises'
import { basename, resolve } from 'node:path'
import { Refused, type Client } from '@lockstep/client'
import { UPLOAD_PART_BYTES } from '@lockstep/contract'

import { findProject } from '../../address/project.ts'
import { answer, tell } from '../../command/answer.ts'
import { command } from '../../command/command.ts'
import { Refusal } from '../../command/failure.ts'
import { refusalWith } from '../../command/present-failure.ts'
import type { Project } from '../../documents.ts'
import { shortDigest } from '../../present/layout.ts'
import { artifactArguments } from './find-artifact.ts'
import { readSignature } from './sign.ts'

export const pushArtifact = command({
  words: 'artifact push',
  arguments: { ...artifactArguments, path: { shown: 'PATH' } },
  flags: {
    application: {
      type: 'text',
      value: 'NAME',
      summary: 'the application, where several have such a component',
    },
    commit: { type: 'text', value: 'COMMIT', summary: 'the commit that it was built from' },
    signature: {
      type: 'text',
      value: 'FILE',
      summary: 'a signature of its digest by a key that the project trusts',
    },
  },
  summary: 'Store an archive that was built elsewhere, once and for ever under its version',
  examples: [
    'lockstep artifact push ingest-api 2.0.0-rc.6 dist/ingest-api.tgz -p backend',
    'lockstep artifact push ios-app 2.0.0-b57 build/owner.ipa -p mobile --commit $(git rev-parse HEAD)',
  ],
  async run(context, { component, version, path }, { application, commit, signature }) {
    const file = resolve(context.cwd, path)
    const about = await stat(file).catch(() => undefined)
    if (about === undefined) throw new Refusal(`there is no file ${path}.`)
    if (!about.isFile()) {
      throw new Refusal(`${path} is no file. Pack it first:`, [
        `tar -czf ${basename(path)}.tgz -C ${path} .`,
      ])
    }
    const signed = signature === undefined ? undefined : await readSignature(context, signature)
    const client = await context.connect()
    const project = await findProject(context, client)
    const digest = await digestOfFile(file)
    await upload(client, { project, file, digest, sizeBytes: about.size }, (sent) =>
      tell(context, `${sent.toLocaleString('en')} of ${about.size.toLocaleString('en')} bytes`),
    )
    const kept = await client.createArtifact({
      project: project.id,
      component,
      version,
      digest,
      ...(application === undefined ? {} : { application }),
      ...(commit === undefined ? {} : { commit }),
    })
    const artifact =
      signed === undefined
        ? kept
        : await client
            .signArtifact({ artifact: kept.id, signature: signed.toString('base64') })
            .catch((error: unknown) => {
              if (context.json) throw error
              throw keptUnsigned(error, { component, version, project: project.name })
            })
    const by =
      artifact.signedBy.length === 0 ? '' : ` It is signed by ${artifact.signedBy.join(', ')}.`
    return answer(
      context,
      artifact,
      `✓ ${component} ${version} of ${artifact.application} is ${shortDigest(digest)}, for ever.${by}`,
    )
  },
})

/** A version is kept for ever, whatever becomes of its signature: whoever reads the refusal goes on from there. */
function keptUnsigned(
  error: unknown,
  {
    component,
    version,
    project,
  }: { readonly component: string; readonly version: string; readonly project: string },
): unknown {
  if (!(error instanceof Refused) || error.status >= 500) return error
  return refusalWith(error, [
    'The artifact is kept, unsigned. Sign it:',
    `  lockstep artifact sign ${component} ${version} --signature FILE -p ${project}`,
  ])
}

/** The SHA-256 of a file, as digests are written. */
export async function digestOfFile(file: string): Promise<`sha256:${string}`> {
  const hash = createHash('sha256')
  for await (const chunk of createReadStream(file)) hash.update(chunk)
  return `sha256:${hash.digest('hex')}`
}

/** Goes on where an upload that was interrupted has stopped. */
async function upload(
  client: Client,
  bytes: {
    readonly project: Project
    readonly file: string
    readonly digest: string
    readonly sizeBytes: number
  },
  onSent: (length: number) => void,
): Promise<void> {
  const { project, file, digest, sizeBytes } = bytes
  let state = await client.beginUpload({ project: project.id, digest, sizeBytes })
  await using source = await open(file, 'r')
  while (!state.complete) {
    const part = Buffer.alloc(Math.min(UPLOAD_PART_BYTES, sizeBytes - state.length))
    await source.read(part, 0, part.length, state.length)
    state = await client.appendUpload({
      project: project.id,
      digest: digest.slice('sha256:'.length),
      offset: state.length,
      content: part,
    })
    if (!state.complete) onSent(state.length)
  }
}
