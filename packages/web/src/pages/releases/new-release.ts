// A release that is being written: what its pipeline asks for, and the definition that comes out.

import type { Defined } from '../../lib/definitions.ts'
import type { StripLane, StripStage } from '../../components/lane-strip/lane-strip.ts'

type Pipeline = Pick<Defined<'pipeline'>, 'project' | 'name' | 'body'>
type StageDefinition = Pipeline['body']['stages'][number]
type Reference = { readonly project?: string | undefined; readonly name: string }

/** What a person has chosen so far. */
export interface ReleaseDraft {
  readonly title: string
  /** Empty: made from the title. */
  readonly name: string
  readonly purpose: string
  readonly owner: string
  readonly applications: Readonly<Record<string, DraftApplication>>
  /** Stage → `project/name`. */
  readonly environments: Readonly<Record<string, string>>
  /** Stage → `2026-12-01`, or with a time of the day behind a `T`. */
  readonly planned: Readonly<Record<string, string>>
}

export interface DraftApplication {
  /** Address of the team's pipeline. */
  readonly from: string
  /** `2.x`; empty: any. */
  readonly versions: string
  /** The version of a snapshot that is chosen at once; empty: the newest that has passed. */
  readonly chosen: string
}

export const EMPTY_DRAFT: ReleaseDraft = {
  title: '',
  name: '',
  purpose: '',
  owner: '',
  applications: {},
  environments: {},
  planned: {},
}

/** `Connected Car 2.1` → `connected-car-2.1`. */
export function nameFrom(title: string): string {
  return title
    .toLowerCase()
    .normalize('NFD')
    .replaceAll(/\p{M}/gu, '')
    .replaceAll(/[^a-z0-9.]+/g, '-')
    .replaceAll(/[.-]{2,}/g, '-')
    .replaceAll(/^[.-]+|[.-]+$/g, '')
    .slice(0, 40)
}

/** Addresses of the applications that a pipeline deploys, in the order of its tasks. */
export function deployedBy({ project, body }: Pipeline): readonly string[] {
  return [...new Set(body.stages.flatMap((stage) => deployedIn(stage, project)))]
}

function deployedIn({ tasks }: StageDefinition, project: string): readonly string[] {
  return referencesOf(tasks, ['deploy', 'prepare']).map((one) => addressIn(project, one))
}

/** Names of the stages that a release has to give a place. */
export function openStages({ body }: Pipeline): readonly StageDefinition[] {
  return body.stages.filter((stage) => stage.environment === undefined)
}

/** Pipelines that make snapshots of an application. */
export function makersOf<One extends Pipeline>(
  pipelines: readonly One[],
  application: string,
): readonly One[] {
  return pipelines.filter(({ project, body }) =>
    body.stages.some(({ tasks }) =>
      referencesOf(tasks, ['snapshot']).some((one) => addressIn(project, one) === application),
    ),
  )
}

/** Whether an environment can take everything that a stage deploys. */
export function takesAll(
  environment: { readonly receives: readonly string[] },
  stage: StageDefinition,
  project: string,
): boolean {
  return deployedIn(stage, project).every((one) => environment.receives.includes(one))
}

interface TaskLike {
  readonly kind: string
  readonly application?: Reference | undefined
  readonly tasks?: readonly TaskLike[] | undefined
}

function referencesOf(tasks: readonly TaskLike[], kinds: readonly string[]): readonly Reference[] {
  return tasks.flatMap((task) => [
    ...(task.application !== undefined && kinds.includes(task.kind) ? [task.application] : []),
    ...(task.tasks === undefined ? [] : referencesOf(task.tasks, kinds)),
  ])
}

function addressIn(project: string, reference: Reference): string {
  return `${reference.project ?? project}/${reference.name}`
}

/** `project/name` as a definition of `project` writes it. */
function referenceIn(project: string, address: string): Reference {
  const [own = '', name = ''] = address.split('/')
  return own === project ? { name } : { project: own, name }
}

/** The definition of the draft, as `apply` takes it. Applications that the pipeline does not deploy are left out. */
export function definitionOf(
  draft: ReleaseDraft,
  project: string,
  pipeline: Pipeline,
): Record<string, unknown> {
  const deployed = deployedBy(pipeline)
  const open = openStages(pipeline).map(({ name }) => name)
  const stages = pipeline.body.stages.map(({ name }) => name)
  const of = <Value>(
    record: Readonly<Record<string, string>>,
    names: readonly string[],
    to: (value: string) => Value,
  ): Record<string, Value> =>
    Object.fromEntries(
      names.flatMap((name) => {
        const value = record[name] ?? ''
        return value === '' ? [] : [[name, to(value)]]
      }),
    )
  return {
    kind: 'release',
    name: draft.name === '' ? nameFrom(draft.title) : draft.name,
    title: draft.title.trim(),
    ...(draft.purpose.trim() === '' ? {} : { purpose: draft.purpose.trim() }),
    owner: { group: draft.owner },
    pipeline: referenceIn(project, `${pipeline.project}/${pipeline.name}`),
    applications: deployed.map((application) => {
      const { from = '', versions = '' } = draft.applications[application] ?? {}
      return {
        kind: 'collect',
        application: referenceIn(project, application),
        from: referenceIn(project, from),
        ...(versions === '' ? {} : { versions }),
      }
    }),
    environments: of(draft.environments, open, (address) => referenceIn(project, address)),
    planned: of(draft.planned, stages, withZone),
  }
}

/** What is still missing before anything can be asked, in the order of the form. */
export function missingIn(draft: ReleaseDraft, pipeline: Pipeline | undefined): readonly string[] {
  const head = [
    ...(draft.title.trim() === '' ? ['a title'] : []),
    ...(draft.owner === '' ? ['who owns it'] : []),
  ]
  if (pipeline === undefined) return [...head, 'a pipeline']
  return [
    ...head,
    ...deployedBy(pipeline)
      .filter((one) => (draft.applications[one]?.from ?? '') === '')
      .map((one) => `the pipeline in which ${one} passes`),
    ...openStages(pipeline)
      .filter(({ name }) => (draft.environments[name] ?? '') === '')
      .map(({ title }) => `the environment of ${title}`),
  ]
}

/** A day stays a day; a time gets the zone of the reader at that time. */
function withZone(date: string): string {
  if (date.length <= 10) return date
  const minutes = -new Date(date).getTimezoneOffset()
  const two = (part: number): string => String(Math.floor(part)).padStart(2, '0')
  const size = Math.abs(minutes)
  return `${date}${minutes < 0 ? '-' : '+'}${two(size / 60)}:${two(size % 60)}`
}

/** The way of the draft: a lane for each application, done as far as a snapshot is chosen. */
export function stripOfDraft(
  draft: ReleaseDraft,
  pipeline: Pipeline,
): { readonly lanes: readonly StripLane[]; readonly stages: readonly StripStage[] } {
  return {
    lanes: deployedBy(pipeline).map((application) => ({
      application: application.slice(application.lastIndexOf('/') + 1),
      team:
        (draft.applications[application]?.chosen ?? '') === ''
          ? { state: 'not_started', progress: 0 }
          : { state: 'passed', progress: 1 },
    })),
    stages: pipeline.body.stages.map(({ title }) => ({
      title,
      entry: 'not_reached',
      exit: 'not_reached',
      lanes: [],
    })),
  }
}
