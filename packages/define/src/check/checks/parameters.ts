// Parameters: declared where they are used, and of the type that is wanted there.

import type { Finding, Pointer } from '../mistake/finding.ts'
import { listInWords } from '../mistake/nearest.ts'
import type { Definition } from '../schema/definition.ts'
import { DURATION_PATTERN, SHARE_PATTERN } from '../schema/duration.ts'
import type { ParameterDefinition, PipelineDefinition } from '../schema/pipeline.ts'
import { presentReference } from '../schema/reference.ts'
import type { TaskOf } from '../schema/task.ts'
import type { KnownParameter } from './known.ts'
import { listMarked, singleTasks } from './walk.ts'
import { unknownName, type World } from './world.ts'

/** Parameters that do not exist, are of another type, or are missing where a pipeline is run. */
export function checkParameters(definition: Definition, world: World): Finding[] {
  const declared = definition.kind === 'pipeline' ? definition.parameters : []
  const used = listMarked(definition, 'parameter').flatMap(({ value, at }) =>
    checkUse(value, at, declared),
  )
  return definition.kind === 'pipeline' ? [...used, ...checkRunPipelines(definition, world)] : used
}

function checkUse(name: string, at: Pointer, declared: readonly ParameterDefinition[]): Finding[] {
  const parameter = declared.find((candidate) => candidate.name === name)
  if (parameter === undefined) {
    const unknown = unknownName(
      'parameter',
      name,
      declared.map((known) => known.name),
      at,
    )
    return [{ ...unknown, code: 'parameter_unknown' }]
  }
  const wanted = WANTED[String(at.at(-1))]
  if (wanted === undefined || parameter.kind === wanted) return []
  return [
    {
      code: 'parameter_wrong_type',
      at,
      message: `Here stands a ${wanted}; the parameter "${name}" is a ${parameter.kind}.`,
    },
  ]
}

// The fields that take a parameter of one type only. Commands and variables take any.
const WANTED: Readonly<Record<string, ParameterDefinition['kind'] | undefined>> = {
  for: 'duration',
  share: 'share',
}

function checkRunPipelines(pipeline: PipelineDefinition, world: World): Finding[] {
  return pipeline.stages.flatMap((stage, index) =>
    singleTasks(stage.tasks, ['stages', index, 'tasks']).flatMap(({ value, at }) =>
      value.kind === 'run_pipeline' ? checkRunPipeline(value, at, pipeline.parameters, world) : [],
    ),
  )
}

function checkRunPipeline(
  task: TaskOf<'run_pipeline'>,
  at: Pointer,
  own: readonly ParameterDefinition[],
  world: World,
): Finding[] {
  const parameters = world.pipeline(task.pipeline, [...at, 'pipeline']).found?.parameters
  if (parameters === undefined) return []
  const name = presentReference(task.pipeline)
  const given = Object.entries(task.parameters).flatMap(([parameter, value]): Finding[] => {
    const here = [...at, 'parameters', parameter]
    const known = parameters.find((candidate) => candidate.name === parameter)
    if (known !== undefined) return checkValue(known, value, here, own)
    const unknown = unknownName(
      `parameter of "${name}"`,
      parameter,
      parameters.map((each) => each.name),
      here,
    )
    return [{ ...unknown, code: 'parameter_unknown', key: true }]
  })
  const missing = parameters.filter(
    (known) => known.required && !Object.hasOwn(task.parameters, known.name),
  )
  if (missing.length === 0) return given
  return [
    ...given,
    {
      code: 'parameter_missing',
      at,
      message: `The pipeline "${name}" needs ${listInWords(missing.map((known) => `"${known.name}"`))}, which has no default.`,
    },
  ]
}

function checkValue(
  known: KnownParameter,
  value: string | number | { parameter: string },
  at: Pointer,
  own: readonly ParameterDefinition[],
): Finding[] {
  if (typeof value === 'object') {
    const passed = own.find((candidate) => candidate.name === value.parameter)
    return passed === undefined || passed.kind === known.kind
      ? []
      : [wrongType(known, passed.kind, at)]
  }
  if (known.oneOf !== undefined && !known.oneOf.includes(String(value))) {
    return [
      {
        code: 'parameter_wrong_type',
        at,
        message: `"${known.name}" is one of ${listInWords(known.oneOf, 'or')}; "${value}" is not.`,
      },
    ]
  }
  return typeof value === 'string' && PATTERNS[known.kind].test(value)
    ? []
    : [wrongType(known, typeof value === 'number' ? 'number' : `text, "${value}"`, at)]
}

const PATTERNS: Readonly<Record<ParameterDefinition['kind'], RegExp>> = {
  duration: DURATION_PATTERN,
  share: SHARE_PATTERN,
  text: /^/,
}

function wrongType(known: KnownParameter, given: string, at: Pointer): Finding {
  return {
    code: 'parameter_wrong_type',
    at,
    message: `The parameter "${known.name}" is a ${known.kind}, and is given ${given.startsWith('text') ? given : `a ${given}`}.`,
  }
}
