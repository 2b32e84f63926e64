import type { Client } from '@lockstep/client'

import { findProject } from '../../address/project.ts'
import type { Context } from '../../command/context.ts'
import { Refusal, UsageRefusal } from '../../command/failure.ts'
import type { Secret } from '../../documents.ts'

/** A name of the project, or with `environment` the one that this environment has for itself. */
export async function findSecret(
  context: Context,
  client: Client,
  name: string,
  environment: string | undefined,
): Promise<Secret> {
  const project = await findProject(context, client)
  let after: string | null = null
  do {
    const page: Awaited<ReturnType<Client['listSecrets']>> = await client.listSecrets({
      project: project.id,
      limit: 200,
      ...(after === null ? {} : { after }),
    })
    const found = page.items.find(
      (secret) => secret.name === name && secret.environment === (environment ?? null),
    )
    if (found !== undefined) return found
    after = page.next
  } while (after !== null)
  const where = environment === undefined ? '' : ` of its own in ${environment}`
  throw new Refusal(`${project.name} has no secret "${name}"${where}.`, [
    `Its secrets:  lockstep secret list -p ${project.name}`,
  ])
}

/** A value that is typed and not shown, or everything that is piped in. It is never an argument, which other programs see. */
export async function readValue(context: Context, name: string): Promise<string> {
  const { terminal } = context
  const value = terminal.canAsk
    ? await terminal.askSecret(`Value of ${name}  `)
    : await terminal.readAll()
  if (value !== '') return value
  throw new UsageRefusal('No value came in. Type it when asked, or pipe it in:', [
    `lockstep secret set ${name} < FILE`,
  ])
}

export const environmentFlag = {
  type: 'text',
  value: 'ENVIRONMENT',
  summary: 'for this environment alone, before what the project has under the name',
} as const
