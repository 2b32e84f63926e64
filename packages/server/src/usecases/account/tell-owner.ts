import type { Giver } from '@lockstep/domain'
import type { UserRecord } from '../../ports/people.ts'
import type { Write } from '../../ports/write.ts'
import { noteMail } from '../notification/note-mail.ts'

/** What somebody else has done to an account, as its owner is told: who did it is named in front. */
export interface AccountNews {
  readonly kind: 'password_link' | 'address_changed'
  readonly title: string
  /** Goes on behind the name of who did it. */
  readonly didWhat: string
}

/** Writes to the owner of an account, at the address that it has in this record. */
export async function tellOwner(
  write: Write,
  { id, email }: UserRecord,
  { people: [by] }: Giver,
  { kind, title, didWhat }: AccountNews,
): Promise<void> {
  const maker = by === undefined ? undefined : await write.people.users.find(by)
  const text = `${maker?.name ?? 'Somebody'} ${didWhat}`
  await noteMail(write, { kind, receiver: id, address: email, title, text })
}
