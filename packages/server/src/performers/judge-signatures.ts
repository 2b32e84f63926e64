// Whether the bits of a run are signed by keys that their projects trust; where none is trusted, whether agents reported them.

import type { CheckPlan, SnapshotBody } from '@lockstep/domain'

import { findSnapshot } from '../postgres/deliverables/snapshot-store.ts'
import { listRunSnapshots } from '../postgres/deliverables/run-store.ts'
import {
  hasTrustedOnce,
  listSignatures,
  listTrustedKeys,
} from '../postgres/deliverables/trusted-keys.ts'
import { findRow, listRows, type Queryable } from '../postgres/queryable.ts'
import { isSignedBy } from '../planning/verify-signature.ts'
import type { CheckAnswer, CheckContext } from './check.ts'

/** As much of the question as it takes. */
interface SignatureContext {
  readonly deps: Pick<CheckContext['deps'], 'db'>
  readonly asked: { readonly target: Pick<CheckContext['asked']['target'], 'root'> }
  readonly plan: Pick<CheckContext['plan'], 'brings'>
}

/**
 * Holds when every artifact of every snapshot is signed by a key that the project of its application trusts now, and has an SBOM if
 * asked for. Signatures are verified here once more. A project that has never trusted a key has only the signed reports of its agents:
 * then these bytes have to have come in one, and the evidence says so. (The report's signature was verified when it came.) Taking the
 * last key away does not lead back there: then nothing holds until the project trusts a key again.
 */
export async function judgeSignatures(
  check: Extract<CheckPlan, { kind: 'signed' }>,
  { deps, asked, plan }: SignatureContext,
): Promise<CheckAnswer> {
  const made = await listRunSnapshots(deps.db, asked.target.root)
  const digests = new Set([
    ...plan.brings.flatMap(({ snapshot }) => (snapshot === null ? [] : [snapshot])),
    ...[...made.values()].map(({ digest }) => digest),
  ])
  let counted = 0
  const signers = new Set<string>()
  const unsigned = new Set<string>()
  for (const digest of digests) {
    const snapshot = await findSnapshot(deps.db, digest)
    if (snapshot === undefined) return { answer: 'error', evidence: `${digest} is not there` }
    const artifacts = await listRows<{
      component: string
      digest: string
      job_id: string | null
      sbom_digest: string | null
    }>(
      deps.db,
      `SELECT a.component, a.digest, a.job_id, a.sbom_digest FROM artifacts a
       JOIN projects p ON p.number = a.project_id
       WHERE p.name = $1 AND a.application = $2 AND a.digest = ANY ($3)`,
      [
        snapshot.body.application.project,
        snapshot.body.application.name,
        snapshot.body.components.map((component) => component.digest),
      ],
    )
    const { project: owner } = snapshot.body.application
    const known = await readKeys(deps.db, snapshot.body)
    if (known.isAbandoned) {
      return { answer: 'not', evidence: `${owner} trusts no key any more; it has trusted one` }
    }
    if (known.trusted.length === 0) unsigned.add(owner)
    for (const component of snapshot.body.components) {
      const artifact = artifacts.find(
        (one) => one.component === component.name && one.digest === component.digest,
      )
      const signer = known.signerOf(component.digest)
      if (known.trusted.length > 0 && (artifact === undefined || signer === undefined)) {
        return {
          answer: 'not',
          evidence: `${component.name} ${component.version} is signed by no key that ${owner} trusts (${known.trusted.join(', ')})`,
        }
      }
      if (signer !== undefined) signers.add(signer)
      if (artifact === undefined || (signer === undefined && artifact.job_id === null)) {
        return {
          answer: 'not',
          evidence: `${component.name} ${component.version} came in no signed report of an agent`,
        }
      }
      if (check.sbom && artifact.sbom_digest === null) {
        return { answer: 'not', evidence: `${component.name} ${component.version} has no SBOM` }
      }
      counted += 1
    }
  }
  if (counted === 0) return { answer: 'not', evidence: 'the run brings nothing yet' }
  return { answer: 'holds', evidence: evidenceOf(counted, [...signers], [...unsigned]) }
}

function evidenceOf(
  counted: number,
  signers: readonly string[],
  unsigned: readonly string[],
): string {
  const reported = 'came in signed reports of agents'
  if (signers.length === 0) {
    return `${counted} of ${counted} artifacts ${reported}; ${unsigned.join(', ')} trusts no key`
  }
  const rest = unsigned.length === 0 ? '' : `; those of ${unsigned.join(', ')} ${reported}`
  return `${counted} of ${counted} artifacts: signed by ${signers.join(', ')}${rest}`
}

/** The keys that the project of a snapshot trusts now, and which of them has signed what. */
async function readKeys(
  db: Queryable,
  { application, components }: SnapshotBody,
): Promise<{
  readonly trusted: readonly string[]
  /** It trusts none now, and has trusted one. */
  readonly isAbandoned: boolean
  signerOf(digest: string): string | undefined
}> {
  const project = await findRow<{ number: number }>(
    db,
    'SELECT number FROM projects WHERE name = $1',
    [application.project],
  )
  if (project === undefined) return { trusted: [], isAbandoned: false, signerOf: () => undefined }
  const keys = await listTrustedKeys(db, project.number)
  const signatures = await listSignatures(
    db,
    project.number,
    components.map(({ digest }) => digest),
  )
  return {
    trusted: keys.map(({ name }) => name),
    isAbandoned: keys.length === 0 && (await hasTrustedOnce(db, project.number)),
    signerOf: (digest) =>
      signatures.find(
        (one) => one.digest === digest && isSignedBy(one.publicKey, digest, one.signature),
      )?.name,
  }
}
