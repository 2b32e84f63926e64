import { randomUUIDv7 } from 'node:crypto'
import { assertInvariant, idOf } from '@lockstep/domain'
import type { Write } from '../../ports/write.ts'
import { invite, type MadeInvitation } from '../account/invite.ts'
import { done, no, type Outcome } from '../outcome.ts'

/** Makes a person without a password or any right, and the link with which they choose one. */
export async function createUser(
  write: Write,
  input: { readonly name: string; readonly title: string; readonly email: string },
): Promise<Outcome<MadeInvitation, 'name_taken' | 'email_taken'>> {
  const id = idOf('usr', randomUUIDv7())
  const taken = await write.people.users.insert({ id, ...input, password: null })
  if (taken === 'name_taken')
    return no(taken, `There is a person named "${input.name}" already. Choose another name.`)
  if (taken === 'email_taken')
    return no(
      taken,
      `${input.email} belongs to another person. Each person has an address of their own.`,
    )
  const user = await write.people.users.find(id)
  assertInvariant(user !== undefined, 'an inserted person is there')
  const invitation = await invite(write, user)
  await write.record({ type: 'user_created', subject: id, body: { ...input } })
  return done(invitation)
}
