import type { Client } from '@lockstep/client'

import { findProject } from '../../address/project.ts'
import type { Context } from '../../command/context.ts'
import { Refusal, UsageRefusal } from '../../command/failure.ts'
import type { Artifact, Project } from '../../documents.ts'

/** The artifact of a component in a version, and its project. */
export async function findArtifact(
  context: Context,
  client: Client,
  component: string,
  version: string,
): Promise<{ readonly artifact: Artifact; readonly project: Project }> {
  const project = await findProject(context, client)
  const { items } = await client.listArtifacts({ project: project.id, component, version })
  const [artifact, ...others] = items
  if (artifact === undefined) {
    throw new Refusal(`${project.name} has no artifact ${component} ${version}.`, [
      `What there is:  lockstep artifact list -p ${project.name} --component ${component}`,
    ])
  }
  if (others.length === 0) return { artifact, project }
  const names = items.map(({ application }) => application).join(', ')
  throw new UsageRefusal(`${component} ${version} is in several applications: ${names}.`)
}

/** The arguments by which an artifact is named. */
export const artifactArguments = {
  component: { shown: 'COMPONENT' },
  version: { shown: 'VERSION' },
} as const
