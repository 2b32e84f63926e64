import { referenceTo, type Environment, type Pipeline } from './definition.ts'
import type { Rules } from './gate.ts'
import { placed } from './place.ts'
import type { Task } from './process.ts'
import {
  present,
  typed,
  type AtLeastOne,
  type Branded,
  type Cel,
  type Duration,
  type Ref,
  type Share,
} from './value.ts'

/** One phase of a pipeline. `Bound` says whether it names its environment. */
export interface Stage<
  N extends string = string,
  Bound extends boolean = boolean,
> extends Branded<'stage'> {
  readonly name: N
  readonly bound: Bound
}

/** A stage: an entry gate, tasks one after another, and an exit gate. */
export function stage<const N extends string, E extends Environment | undefined = undefined>(
  name: N,
  body: {
    title?: string
    /** Without it, the release that uses the pipeline binds the stage to an environment. */
    environment?: E
    entry?: Rules
    tasks: AtLeastOne<Task>
    exit?: Rules
    when?: Cel
  },
): Stage<N, E extends Environment ? true : false> {
  const { environment, ...rest } = body
  return typed(
    placed(
      present({
        kind: 'stage',
        name,
        ...rest,
        environment: environment === undefined ? undefined : referenceTo(environment),
      }),
      stage,
    ),
  )
}

/** The parameters of a pipeline by name. */
export type Parameters = Readonly<Record<string, Ref<unknown>>>

/** Typed parameters of pipelines: a time span, a text or one of a few, a share of the whole. */
export const parameter = {
  duration: durationParameter,
  text: textParameter,
  share: shareParameter,
} as const

function durationParameter(settings: { default?: Duration; title?: string }): Ref<Duration> {
  return typed(declared('duration', settings, durationParameter))
}

function textParameter(settings: {
  default?: string
  title?: string
  oneOf?: AtLeastOne<string>
}): Ref<string> {
  return typed(declared('text', settings, textParameter))
}

function shareParameter(settings: { default?: Share; title?: string }): Ref<Share> {
  return typed(declared('share', settings, shareParameter))
}

// A parameter is told its name by the pipeline that declares it. Until then it refers to nothing.
const DECLARED = Symbol('declared')
interface Declared {
  readonly parameter: string
  readonly [DECLARED]: Readonly<Record<string, unknown>>
}

function declared(kind: string, settings: object, helper: unknown): object {
  const reference = placed({ parameter: '' }, helper)
  return Object.defineProperty(reference, DECLARED, { value: present({ kind, ...settings }) })
}

/** What starts a pipeline. */
export interface Trigger extends Branded<'trigger'> {}

/** A commit on a branch. `supersede` drops runs of older commits that have not begun; `apply` applies its definitions first. */
export function commit(settings: {
  repository: string
  branch: string
  paths?: readonly string[]
  supersede?: boolean
  apply?: boolean
}): Trigger {
  return typed(placed(present({ kind: 'commit', ...settings }), commit))
}
/** A tag that fits a pattern such as `v*`. */
export function tag(settings: { repository: string; pattern: string }): Trigger {
  return typed(placed({ kind: 'tag', ...settings }, tag))
}
/** A time of day or week, as five fields of cron, in a time zone. */
export function schedule(cron: string, zone: string): Trigger {
  return typed(placed({ kind: 'schedule', cron, zone }, schedule))
}
/** A new artifact of a component. */
export function newArtifact(component: string): Trigger {
  return typed(placed({ kind: 'new_artifact', component }, newArtifact))
}
/** A passed run of another pipeline. */
// oxlint-disable-next-line typescript/no-explicit-any -- any pipeline, whatever its stages
export function after(of: Pipeline<any, any>): Trigger {
  return typed(placed({ kind: 'after', pipeline: referenceTo(of) }, after))
}

/** Define a pipeline. With parameters, `stages` is a function that is given them. */
export function definePipeline<const S extends AtLeastOne<Stage>, const P extends Parameters = {}>(
  name: string,
  body: {
    title?: string
    renamedFrom?: string
    on?: readonly Trigger[]
    parameters?: P
    stages: S | ((parameters: P) => S)
  },
): Pipeline<S[number]['name'], Extract<S[number], { bound: false }>['name']> {
  const { parameters, stages, ...rest } = body
  const named = nameParameters(parameters ?? {})
  return typed(
    placed(
      present({
        kind: 'pipeline',
        name,
        ...rest,
        ...(parameters === undefined ? {} : { parameters: named.declarations }),
        stages: typeof stages === 'function' ? stages(typed<P>(named.references)) : stages,
      }),
      definePipeline,
    ),
  )
}

function nameParameters(parameters: Parameters) {
  const declarations: object[] = []
  const references: Record<string, object> = {}
  for (const [name, reference] of Object.entries(parameters)) {
    const { [DECLARED]: settings } = typed<Declared>(reference)
    declarations.push(placedLike({ ...settings, name }, reference))
    references[name] = { parameter: name }
  }
  return { declarations, references }
}

function placedLike(data: object, original: object): object {
  for (const symbol of Object.getOwnPropertySymbols(original)) {
    if (symbol !== DECLARED)
      Object.defineProperty(data, symbol, { value: Reflect.get(original, symbol) })
  }
  return data
}
