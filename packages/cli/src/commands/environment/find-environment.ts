import type { Client } from '@lockstep/client'
import { findNearest } from '@lockstep/define/check'

import { parseThingAddress } from '../../address/address.ts'
import { projectName } from '../../address/project.ts'
import type { Context } from '../../command/context.ts'
import { Refusal, UsageRefusal } from '../../command/failure.ts'
import type { Environment } from '../../documents.ts'

/** The environment that a name means. */
export async function findEnvironment(
  context: Context,
  client: Client,
  text: string,
): Promise<Environment> {
  const { project: inFront, name } = parseThingAddress(text)
  const project = await projectName(context, inFront)
  const { items } = await client.listEnvironments({ limit: 200 })
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
  const where = project === undefined ? '' : ` in project ${project}`
  throw new Refusal(`there is no environment "${name}"${where} that you may see.${question}`)
}
