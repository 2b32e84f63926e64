import { Refused, type Client } from '@lockstep/client'

import type { User } from '../../documents.ts'

/** Names by id; none for whoever may see service accounts and not people, who reads ids. Every other failure is one. */
export async function namesOfPeople(
  client: Pick<Client, 'listUsers'>,
): Promise<ReadonlyMap<User['id'], string>> {
  try {
    const { items } = await client.listUsers({ limit: 200 })
    return new Map(items.map(({ id, name }) => [id, name]))
  } catch (error) {
    if (error instanceof Refused && error.code === 'forbidden') return new Map()
    throw error
  }
}
