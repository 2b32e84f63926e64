import { raw, route } from '../route.ts'
import { DigestText, idSchema } from '../schema.ts'

/** The bytes of an artifact, named by their digest: whoever reads them can check them. */
export const readArtifact = route({
  method: 'GET',
  path: '/v1/projects/{project}/artifacts/{digest}/content',
  summary: 'Read the bytes of an artifact',
  permission: 'artifact.read',
  object: 'params.project',
  params: { project: idSchema('prj'), digest: DigestText },
  response: raw('application/octet-stream'),
  errors: [],
})

export const artifactContentRoutes = { readArtifact } as const
