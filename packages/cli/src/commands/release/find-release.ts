import type { Client } from '@lockstep/client'
import { findNearest } from '@lockstep/define/check'

import { parseThingAddress } from '../../address/address.ts'
import { projectName } from '../../address/project.ts'
import type { Context } from '../../command/context.ts'
import { Refusal, UsageRefusal } from '../../command/failure.ts'
import type { Release } from '../../documents.ts'

/** The release that a name means. */
export async function findRelease(
  context: Context,
  client: Client,
  text: string,
): Promise<Release> {
  const { project: inFront, name } = parseThingAddress(text)
  const project = await projectName(context, inFront)
  const { items } = await client.listReleases({ limit: 200 })
  const there = items.filter((item) => project === undefined || item.project === project)
  const found = there.filter((item) => item.name === name)
  if (found.length > 1) {
    throw new UsageRefusal(
      `"${name}" is in several projects. Put one in front:`,
      found.map((item) => `${item.project}/${name}`),
    )
  }
  if (found[0] !== undefined) return found[0]
  const nearest = findNearest(
    name,
    there.map((item) => item.name),
  )
  const question = nearest === undefined ? '' : ` Did you mean "${nearest}"?`
  throw new Refusal(`there is no release "${name}" that you may see.${question}`)
}
