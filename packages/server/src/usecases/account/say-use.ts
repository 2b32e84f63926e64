import type { People } from '../../ports/people.ts'

/** When a one-time link was used, and by whom: for whoever holds it. Undefined while it was not, or when that is forgotten. */
export async function sayUse(people: People, secretHash: Buffer): Promise<string | undefined> {
  const use = await people.codes.findUse(secretHash)
  const by = use?.user ? await people.users.find(use.user) : undefined
  if (use === undefined || by === undefined) return undefined
  const [day, time = ''] = new Date(use.at).toISOString().split('T')
  return `This link was used on ${day} at ${time.slice(0, 5)} UTC by ${by.name}.`
}
