import { randomUUIDv7 } from 'node:crypto'
import { idOf, uuidOf, type EnvironmentId, type Id, type ProjectId } from '@lockstep/domain'

import { SecretFault, type SecretPlace, type SecretVault } from '../../ports/secret-vault.ts'
import type { Write } from '../../ports/write.ts'
import { findDefinitionById } from '../../postgres/deliverables/definition-store.ts'
import { findSecret, type StoredSecret } from '../../postgres/deliverables/secret-store.ts'
import { findRow, queryableOn } from '../../postgres/queryable.ts'
import { findProject } from '../../postgres/read/known.ts'
import { done, no, type Outcome } from '../outcome.ts'

const SECRETS_MAX = 500

type No = 'unknown_reference' | 'name_taken' | 'too_many' | 'secrets_unavailable'

/** Keeps a new secret of a project, or of one environment of it. Refused when the name has one there already. */
export async function createSecret(
  write: Write,
  vault: SecretVault,
  input: {
    readonly project: ProjectId
    readonly environment: EnvironmentId | undefined
    readonly name: string
    readonly value: string
  },
): Promise<Outcome<StoredSecret, No>> {
  const db = queryableOn(write.tx)
  const project = await findProject(db, input.project)
  if (project === undefined) return no('unknown_reference', 'This project is not there any more.')
  const environment = input.environment === undefined ? null : uuidOf(input.environment)
  if (environment !== null && !(await isEnvironmentOf(write, environment, project.number)))
    return no('unknown_reference', `The project ${project.name} has no such environment.`)
  const place = {
    id: randomUUIDv7(),
    project: project.number,
    environment,
    name: input.name,
    version: 1,
  }
  const sealed = await sealUnder(vault, place, input.value)
  if (!sealed.ok) return sealed
  const { n } = (await findRow<{ n: number }>(
    db,
    'SELECT count(*)::int AS n FROM secrets WHERE project_id = $1',
    [project.number],
  )) ?? { n: 0 }
  if (n >= SECRETS_MAX)
    return no(
      'too_many',
      `A project has at most ${SECRETS_MAX} secrets. Delete those that nothing names.`,
    )
  const { rowCount } = await write.tx.query(
    `INSERT INTO secrets (id, project_id, environment_id, name, ciphertext, set_by) VALUES ($1, $2, $3, $4, $5, $6)
     ON CONFLICT DO NOTHING`,
    [place.id, place.project, environment, place.name, sealed.value, write.actor],
  )
  if (rowCount !== 1) {
    return no(
      'name_taken',
      `There is a secret ${input.name} already. Give it another value:  lockstep secret rotate ${input.name}`,
    )
  }
  return record(write, idOf('sec', place.id), 'secret_set')
}

/** Gives a secret another value. What was given to a job before stays there until the job ends. */
export async function rotateSecret(
  write: Write,
  vault: SecretVault,
  id: Id<'sec'>,
  value: string,
): Promise<Outcome<StoredSecret, Exclude<No, 'name_taken' | 'too_many'>>> {
  const db = queryableOn(write.tx)
  await write.tx.query('SELECT 1 FROM secrets WHERE id = $1 FOR UPDATE', [uuidOf(id)])
  const before = await findSecret(db, id)
  if (before === undefined) return no('unknown_reference', 'This secret is not there any more.')
  const version = before.version + 1
  const sealed = await sealUnder(
    vault,
    {
      id: before.uuid,
      project: before.projectNumber,
      environment: before.environment?.uuid ?? null,
      name: before.name,
      version,
    },
    value,
  )
  if (!sealed.ok) return sealed
  await write.tx.query(
    'UPDATE secrets SET ciphertext = $2, version = $3, set_by = $4, set_at = now() WHERE id = $1',
    [before.uuid, sealed.value, version, write.actor],
  )
  return record(write, id, 'secret_rotated')
}

/** Forgets a secret. What names it cannot be planned any more. */
export async function deleteSecret(
  write: Write,
  id: Id<'sec'>,
): Promise<Outcome<undefined, 'unknown_reference'>> {
  const before = await findSecret(queryableOn(write.tx), id)
  if (before === undefined) return no('unknown_reference', 'This secret is not there any more.')
  await write.tx.query('DELETE FROM secrets WHERE id = $1', [before.uuid])
  await write.record({
    type: 'secret_deleted',
    subject: id,
    project: before.projectNumber,
    body: { name: before.name, environment: before.environment?.name ?? null },
  })
  return done(undefined)
}

async function isEnvironmentOf(write: Write, uuid: string, project: number): Promise<boolean> {
  const found = await findDefinitionById(queryableOn(write.tx), uuid)
  return found?.definition.kind === 'environment' && found.projectNumber === project
}

async function sealUnder(
  vault: SecretVault,
  place: SecretPlace,
  value: string,
): Promise<Outcome<Buffer, 'secrets_unavailable'>> {
  try {
    return done(await vault.seal(place, value))
  } catch (error) {
    if (error instanceof SecretFault) return no('secrets_unavailable', error.message)
    throw error
  }
}

async function record(
  write: Write,
  id: Id<'sec'>,
  type: 'secret_set' | 'secret_rotated',
): Promise<Outcome<StoredSecret, 'unknown_reference'>> {
  const stored = await findSecret(queryableOn(write.tx), id)
  if (stored === undefined) return no('unknown_reference', 'This secret is not there any more.')
  const { name, version, environment } = stored
  await write.record({
    type,
    subject: id,
    project: stored.projectNumber,
    body: { name, version, environment: environment?.name ?? null },
  })
  return done(stored)
}
