import type { Client } from '@lockstep/client'
import { findNearest } from '@lockstep/define/check'

import { Refusal } from '../../command/failure.ts'
import type { Agent } from '../../documents.ts'

/** The agent of this name. */
export async function findAgent(client: Client, name: string): Promise<Agent> {
  const { items } = await client.listAgents({ limit: 200 })
  const found = items.find((item) => item.name === name || item.id === name)
  if (found !== undefined) return found
  const nearest = findNearest(
    name,
    items.map((item) => item.name),
  )
  const question = nearest === undefined ? '' : ` Did you mean "${nearest}"?`
  throw new Refusal(`there is no agent "${name}" that you may see.${question}`, [
    'One that is new is there when it has connected: start it on its host first.',
  ])
}
