import * as z from 'zod/mini'
import { route } from '../route.ts'
import {
  idSchema,
  named,
  Name,
  NewTitle,
  pageOf,
  pageQuery,
  Timestamp,
  Title,
  Version,
} from '../schema.ts'

export const Project = named(
  'Project',
  z.strictObject({
    id: idSchema('prj'),
    name: Name,
    title: Title,
    createdAt: Timestamp,
    version: Version,
  }),
)

export const listProjects = route({
  method: 'GET',
  path: '/v1/projects',
  summary: 'List the projects that I may see',
  permission: 'project.read',
  object: 'reach',
  query: { ...pageQuery, name: z.optional(Name) },
  response: pageOf(Project),
  errors: [],
})

export const showProject = route({
  method: 'GET',
  path: '/v1/projects/{project}',
  summary: 'Show a project',
  permission: 'project.read',
  object: 'params.project',
  params: { project: idSchema('prj') },
  response: Project,
  errors: [],
})

export const createProject = route({
  method: 'POST',
  path: '/v1/projects',
  summary: 'Make a project',
  permission: 'project.create',
  object: 'system',
  body: { name: Name, title: NewTitle },
  response: Project,
  status: 201,
  errors: ['name_taken'],
})

export const changeProject = route({
  method: 'PATCH',
  path: '/v1/projects/{project}',
  summary: 'Change the title of a project',
  permission: 'project.write',
  object: 'params.project',
  params: { project: idSchema('prj') },
  body: { title: NewTitle },
  response: Project,
  errors: [],
})

export const projectRoutes = { listProjects, showProject, createProject, changeProject } as const
