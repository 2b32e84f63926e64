import { parseId, type UserId } from '@lockstep/domain'
import type { Write } from '../../ports/write.ts'

/** The people behind whoever changes something: themselves, the owner of their token, or the owners of its service account. */
export async function peopleBehind({ actor, people }: Write): Promise<readonly UserId[]> {
  const id = actor.slice(actor.indexOf(':') + 1)
  const person = parseId('usr', id)
  if (person !== undefined) return [person]
  const token = parseId('tok', id)
  const owner = token === undefined ? undefined : (await people.tokens.find(token))?.owner
  if (owner === undefined) return []
  const account = parseId('svc', owner)
  if (account === undefined) return [owner].flatMap((one) => parseId('usr', one) ?? [])
  return (await people.serviceAccounts.find(account))?.owners ?? []
}
