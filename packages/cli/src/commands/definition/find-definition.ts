import type { Client } from '@lockstep/client'

import { parseDefinitionAddress, type Kind } from '../../address/address.ts'
import { projectName } from '../../address/project.ts'
import type { Context } from '../../command/context.ts'
import { Refusal, UsageRefusal } from '../../command/failure.ts'
import type { Definition } from '../../documents.ts'

/** The newest revision of the definition that `KIND/NAME` means. */
export function findDefinition(
  context: Context,
  client: Client,
  address: string,
): Promise<Definition> {
  const { kind, project, name } = parseDefinitionAddress(address)
  return findNamed(context, client, kind, { project, name })
}

/** The newest revision of a definition of this kind. */
export async function findNamed(
  context: Context,
  client: Client,
  kind: Kind,
  thing: { readonly project: string | undefined; readonly name: string },
): Promise<Definition> {
  const { name } = thing
  const project = await projectName(context, thing.project)
  const { items } = await client.listDefinitions({ kind, name })
  const found = items.filter((item) => project === undefined || item.project === project)
  if (found.length > 1) {
    throw new UsageRefusal(
      `${kind} "${name}" is in several projects. Put one in front:`,
      found.map((item) => `${item.project}/${name}`),
    )
  }
  if (found[0] !== undefined) return found[0]
  const where = project === undefined ? '' : ` in project ${project}`
  throw new Refusal(`there is no ${kind} "${name}"${where} that you may see.`)
}
