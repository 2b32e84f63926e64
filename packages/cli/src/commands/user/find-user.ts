import type { Client } from '@lockstep/client'

import { Refusal } from '../../command/failure.ts'
import type { Group, User } from '../../documents.ts'

/** The person of this name. */
export async function findUser(client: Client, name: string): Promise<User> {
  const { items } = await client.listUsers({ name })
  if (items[0] !== undefined) return items[0]
  throw new Refusal(`there is no user "${name}" that you may see.`, [
    'Those that there are:  lockstep user list',
  ])
}

/** The group of this name. */
export async function findGroup(client: Client, name: string): Promise<Group> {
  const { items } = await client.listGroups({ name })
  if (items[0] !== undefined) return items[0]
  throw new Refusal(`there is no group "${name}" that you may see.`, [
    'Those that there are:  lockstep group list',
  ])
}
