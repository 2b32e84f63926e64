// The API description (OpenAPI 3.1), made from the routes: nothing in it is written twice.

import * as z from 'zod/mini'
import {
  COMMON_PROBLEMS,
  Problem,
  PROBLEM_MEDIA_TYPE,
  PROBLEMS,
  type ProblemCode,
} from './problem.ts'
import { isRaw, type AnyRoute, type Raw, type Routes } from './route.ts'
import { namedSchemas } from './schema.ts'
import { shapeOf } from './query.ts'

type Json = Readonly<Record<string, unknown>>

/** The whole description of these routes as a JSON value; the same routes give the same bytes. */
export function openApi(routes: Routes, version: string): Json {
  const paths: Record<string, Record<string, Json>> = {}
  for (const [name, route] of Object.entries(routes)) {
    const path = (paths[route.path] ??= {})
    path[route.method.toLowerCase()] = operation(name, route)
  }
  return {
    openapi: '3.1.0',
    info: { title: 'Lockstep', version, license: { name: 'Apache-2.0', identifier: 'Apache-2.0' } },
    paths,
    components: {
      schemas: { ...namedParts(), Problem: plain(z.toJSONSchema(Problem, { io: 'input' })) },
      securitySchemes: {
        token: { type: 'http', scheme: 'bearer' },
        session: { type: 'apiKey', in: 'cookie', name: '__Host-lockstep' },
      },
    },
  }
}

function operation(name: string, route: AnyRoute): Json {
  const bodyEmpty = !isRaw(route.body) && Object.keys(shapeOf(route.body)).length === 0
  return {
    operationId: name,
    summary: route.summary,
    tags: [route.path.split('/')[2]],
    security: route.permission === 'public' ? [] : [{ token: [] }, { session: [] }],
    'x-permission': route.permission,
    'x-object': route.object,
    parameters: [
      ...parameters('path', route.params),
      ...parameters('query', route.query),
      ...headers(route),
    ],
    ...(bodyEmpty ? {} : { requestBody: { required: true, content: content(route.body) } }),
    responses: {
      [route.status]: {
        description: route.response === null ? 'Done' : 'The answer',
        ...(route.response === null ? {} : { content: content(route.response) }),
      },
      ...problems([...new Set([...route.errors, ...COMMON_PROBLEMS])]),
    },
  }
}

function parameters(place: 'path' | 'query', schema: z.core.$ZodType): readonly Json[] {
  const described = inline(schema)
  const required = Array.isArray(described['required']) ? described['required'] : []
  return Object.entries(described['properties'] ?? {}).map(([name, of]) => ({
    name,
    in: place,
    required: place === 'path' || required.includes(name),
    schema: of,
  }))
}

function headers(route: AnyRoute): readonly Json[] {
  const string = { type: 'string' }
  if (route.conditional) return [{ name: 'If-Match', in: 'header', required: true, schema: string }]
  if (route.method !== 'POST') return []
  return [{ name: 'Idempotency-Key', in: 'header', required: false, schema: string }]
}

function content(part: z.core.$ZodType | Raw): Json {
  if (isRaw(part)) return { [part.raw]: {} }
  const name = namedSchemas.get(part)?.id
  const schema = name === undefined ? inline(part) : { $ref: reference(name) }
  return { 'application/json': { schema } }
}

/** Problems by status, each with the codes that it may carry. */
function problems(codes: readonly ProblemCode[]): Json {
  const byStatus: Record<string, Json> = {}
  for (const status of [...new Set(codes.map((code) => PROBLEMS[code].status))].toSorted(
    (a, b) => a - b,
  )) {
    const here = codes.filter((code) => PROBLEMS[code].status === status)
    byStatus[status] = {
      description: here.map((code) => `\`${code}\`: ${PROBLEMS[code].title}`).join('. '),
      content: { [PROBLEM_MEDIA_TYPE]: { schema: { $ref: reference('Problem') } } },
    }
  }
  return byStatus
}

function namedParts(): Json {
  const { schemas } = z.toJSONSchema(namedSchemas, { io: 'input', uri: reference })
  return Object.fromEntries(Object.entries(schemas).map(([name, schema]) => [name, plain(schema)]))
}

/** A schema in place; parts that have a name are referred to by it. */
function inline(schema: z.core.$ZodType): Json {
  const registry = z.registry<{ id: string }>()
  const described = z.toJSONSchema(schema, {
    io: 'input',
    metadata: registry,
    override: ({ zodSchema, jsonSchema }) => {
      const name = namedSchemas.get(zodSchema)?.id
      if (name === undefined) return
      for (const key of Object.keys(jsonSchema)) delete jsonSchema[key]
      jsonSchema.$ref = reference(name)
    },
  })
  return plain(described)
}

function reference(name: string): string {
  return `#/components/schemas/${name}`
}

function plain(schema: object): Json {
  return Object.fromEntries(
    Object.entries(schema).filter(([key]) => key !== '$schema' && key !== '$id'),
  )
}
