import type { Client } from '@lockstep/client'

import { findProject } from '../../address/project.ts'
import type { Context } from '../../command/context.ts'
import { Refusal } from '../../command/failure.ts'

type ServiceAccount = Awaited<ReturnType<Client['listServiceAccounts']>>['items'][number]

/** The service account of this name in the project that is meant. */
export async function findServiceAccount(
  context: Context,
  client: Client,
  name: string,
): Promise<ServiceAccount> {
  const project = await findProject(context, client)
  const { items } = await client.listServiceAccounts({ project: project.id, limit: 200 })
  const account = items.find((one) => one.name === name)
  if (account !== undefined) return account
  throw new Refusal(`there is no service account "${name}" in ${project.name} that you may see.`, [
    `Those that there are:  lockstep service-account list -p ${project.name}`,
  ])
}
