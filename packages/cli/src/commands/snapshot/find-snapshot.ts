import type { Client } from '@lockstep/client'

import { parseSnapshotAddress } from '../../address/address.ts'
import { findProject } from '../../address/project.ts'
import type { Context } from '../../command/context.ts'
import { Refusal } from '../../command/failure.ts'
import type { Snapshot } from '../../documents.ts'
import { findNamed } from '../definition/find-definition.ts'

/** The snapshot that `APP:VERSION` means. */
export async function findSnapshot(
  context: Context,
  client: Client,
  text: string,
): Promise<Snapshot> {
  const { version, ...thing } = parseSnapshotAddress(text)
  const { name, project: own } = await findNamed(context, client, 'application', thing)
  const project = await findProject(context, client, own)
  const { items } = await client.listSnapshots({ project: project.id, application: name, version })
  if (items[0] !== undefined) return items[0]
  throw new Refusal(`${own}/${name} has no snapshot ${version}.`, [
    `Its snapshots:  lockstep snapshot list ${own}/${name}`,
  ])
}
