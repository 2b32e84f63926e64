import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { refuseTrustedKey } from '@lockstep/domain'

import { findProject } from '../../address/project.ts'
import { answer } from '../../command/answer.ts'
import { command } from '../../command/command.ts'
import { Refusal } from '../../command/failure.ts'
import { readNamedFile } from '../../command/named-file.ts'
import { shortDigest } from '../../present/layout.ts'

export const addKey = command({
  words: 'key add',
  arguments: { name: { shown: 'NAME' }, path: { shown: 'FILE' } },
  summary: 'Trust an Ed25519 public key: artifacts of the project are signed by one of these',
  examples: [
    'lockstep key add release-key release-key.pub.pem -p backend',
    'lockstep key add build-server build-server.pub.pem -p mobile --json',
  ],
  async run(context, { name, path }) {
    const publicKey = await readNamedFile(path, () => readFile(resolve(context.cwd, path), 'utf8'))
    const refusal = refuseTrustedKey(publicKey)
    if (refusal !== undefined) throw new Refusal(refusal)
    const client = await context.connect()
    const project = await findProject(context, client)
    const key = await client.addTrustedKey({ project: project.id, name, publicKey })
    return answer(
      context,
      key,
      `✓ ${project.name} trusts ${name}, ${shortDigest(key.fingerprint)}. The check "signed" asks for a signature by a trusted key from now on.`,
    )
  },
})
