import { createPrivateKey, sign, type KeyObject } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'

import { answer } from '../../command/answer.ts'
import { command } from '../../command/command.ts'
import type { Context } from '../../command/context.ts'
import { Refusal, UsageRefusal } from '../../command/failure.ts'
import { readNamedFile } from '../../command/named-file.ts'
import { artifactArguments, findArtifact } from './find-artifact.ts'

export const signArtifact = command({
  words: 'artifact sign',
  arguments: artifactArguments,
  flags: {
    key: {
      type: 'text',
      value: 'FILE',
      summary: 'an Ed25519 private key in PEM; it signs here and is sent nowhere',
    },
    signature: {
      type: 'text',
      value: 'FILE',
      summary: 'a signature of the text sha256:… that was made elsewhere, its 64 bytes or base64',
    },
  },
  summary: 'Add a signature of an artifact, made here or elsewhere',
  examples: [
    'lockstep artifact sign ingest-api 2.0.0-rc.6 --key release-key.pem -p backend',
    'lockstep artifact sign ingest-api 2.0.0-rc.6 --signature ingest-api.sig -p backend',
  ],
  async run(context, { component, version }, { key, signature }) {
    if ((key === undefined) === (signature === undefined))
      throw new UsageRefusal('Say how, with --key or with --signature.')
    const client = await context.connect()
    const { artifact } = await findArtifact(context, client, component, version)
    const bytes =
      key === undefined
        ? await readSignature(context, signature ?? '')
        : sign(null, Buffer.from(artifact.digest), await readPrivateKey(context, key))
    const signed = await client.signArtifact({
      artifact: artifact.id,
      signature: bytes.toString('base64'),
    })
    return answer(
      context,
      signed,
      `✓ ${component} ${version} is signed by ${signed.signedBy.join(', ')}.`,
    )
  },
})

/** The 64 bytes of a signature in a file, as they are or in base64. */
export async function readSignature(context: Context, path: string): Promise<Buffer> {
  const bytes = await readHere(context, path)
  const signature = bytes.length === 64 ? bytes : Buffer.from(bytes.toString(), 'base64')
  if (signature.length !== 64)
    throw new Refusal(
      `${path} is no Ed25519 signature: that has 64 bytes, as they are or in base64.`,
    )
  return signature
}

async function readPrivateKey(context: Context, path: string): Promise<KeyObject> {
  const key = privateKeyIn(await readHere(context, path))
  if (key?.asymmetricKeyType === 'ed25519') return key
  throw new Refusal(`${path} is no Ed25519 private key that can be read here.`, [
    'Make one:  openssl genpkey -algorithm ed25519',
    'One with a passphrase signs with openssl; write the digest, sha256:…, to a file without a line end:',
    `  openssl pkeyutl -sign -rawin -inkey ${path} -in DIGEST-FILE -out FILE`,
    '  lockstep artifact sign COMPONENT VERSION --signature FILE',
  ])
}

function privateKeyIn(pem: Buffer): KeyObject | undefined {
  try {
    return createPrivateKey(pem)
  } catch {
    return undefined // No PEM, or one with a passphrase, which is asked for nowhere here.
  }
}

async function readHere(context: Context, path: string): Promise<Buffer> {
  return readNamedFile(path, () => readFile(resolve(context.cwd, path)))
}
