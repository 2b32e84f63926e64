import * as z from 'zod/mini'

import { raw, route } from '../route.ts'
import { idSchema } from '../schema.ts'

/** The hexadecimal digits of a digest: addresses consist of plain characters, and a colon is none. */
const DigestHex = z.string().check(z.regex(/^[0-9a-f]{64}$/))

/** The bytes of an artifact, named by their SHA-256: whoever reads them can check them. */
export const readArtifact = route({
  method: 'GET',
  path: '/v1/projects/{project}/artifacts/{digest}/content',
  summary: 'Read the bytes of an artifact',
  permission: 'artifact.read',
  object: 'params.project',
  params: { project: idSchema('prj'), digest: DigestHex },
  response: raw('application/octet-stream'),
  errors: [],
})

export const artifactContentRoutes = { readArtifact } as const
