import { raw, route } from '../route.ts'

export const describeApi = route({
  method: 'GET',
  path: '/v1/openapi.json',
  summary: 'Describe this API (OpenAPI 3.1)',
  permission: 'signed_in',
  object: 'self',
  response: raw('application/json'),
  errors: [],
})

export const apiRoutes = { describeApi } as const
