// From an address to the thing on the server.

import type { Client } from '@lockstep/client'
import { findNearest } from '@lockstep/define/check'

import type { Context } from '../command/context.ts'
import { Refusal, UsageRefusal } from '../command/failure.ts'
import type { Gate, Job, Run, RunSummary, Stage, Step, Task } from '../documents.ts'
import { parseRunAddress, type Part, type RunAddress, type RunReference } from './address.ts'
import { projectName } from './project.ts'

/** The run that an address begins with, whole. */
export async function findRun(
  context: Context,
  client: Client,
  reference: RunReference,
): Promise<Run> {
  if ('id' in reference) {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the parser has checked the form of the id
    return client.showRun({ run: reference.id as Run['id'] })
  }
  const { name, number } = reference
  const project = await projectName(context, reference.project)
  const { items } = await client.listRuns({
    name,
    ...(number === 'latest' ? {} : { number }),
    limit: 200,
  })
  const found = items.filter((item) => project === undefined || item.project === project)
  const newest = found[0]
  if (newest === undefined) throw await noSuchRun(client, name, number, project)
  const projects = [...new Set(found.map((item) => item.project))]
  if (projects.length > 1) {
    throw new UsageRefusal(
      `"${name}" is in several projects. Put one in front:`,
      projects.map((one) => `${one}/${name}/${number}`),
    )
  }
  return client.showRun({ run: newest.id })
}

async function noSuchRun(
  client: Client,
  name: string,
  number: number | 'latest',
  project: string | undefined,
): Promise<Refusal> {
  const { items } = await client.listRuns({ limit: 200 })
  const there = items.filter((item) => project === undefined || item.project === project)
  const where = project === undefined ? '' : ` in project ${project}`
  if (there.some((item) => item.name === name)) {
    return new Refusal(`there is no run ${name}/${number}${where}.`, [
      `Its runs:  lockstep run list ${name}`,
    ])
  }
  const nearest = findNearest(
    name,
    there.map((item: RunSummary) => item.name),
  )
  const question = nearest === undefined ? '' : ` Did you mean "${nearest}"?`
  return new Refusal(`there is no run of "${name}"${where} that you may see.${question}`, [
    'Runs:  lockstep run list',
  ])
}

/** The run and the stage that an address names. */
export function findStage(run: Run, stage: string): Stage {
  const found = run.stages.find(({ name }) => name === stage)
  if (found !== undefined) return found
  const names = run.stages.map(({ name }) => name)
  throw new Refusal(`run ${run.address} has no stage "${stage}". It has ${names.join(', ')}.`)
}

export interface Work {
  readonly run: Run
  readonly stage: Stage
  readonly task: Task
  /** Undefined when the task itself is named. */
  readonly step: Step | undefined
  readonly resource: string | undefined
}

/** The task that an address names, and the step when it goes on. */
export async function findWork(context: Context, client: Client, text: string): Promise<Work> {
  const { run: reference, part } = parseRunAddress(text)
  if (part.kind !== 'work') {
    throw new UsageRefusal(`"${text}" names no task. A task is RUN/STAGE/TASK.`, [
      'See  lockstep help addresses',
    ])
  }
  return workIn(await findRun(context, client, reference), part)
}

/** The task in a run that is at hand. A task in a group may be named by its last word where no other has it. */
export function workIn(run: Run, part: Extract<Part, { kind: 'work' }>): Work {
  const stage = findStage(run, part.stage)
  const { path, resource } = part
  const inOrder = stage.tasks.toSorted((a, b) => pathOf(b).length - pathOf(a).length)
  const exact = inOrder.find((task) => path === pathOf(task) || path.startsWith(`${pathOf(task)}/`))
  if (exact !== undefined)
    return withStep(run, stage, exact, path.slice(pathOf(exact).length + 1), resource)
  const [word = '', ...rest] = path.split('/')
  const byWord = stage.tasks.filter((task) => lastWord(pathOf(task)) === word)
  if (byWord.length === 1 && byWord[0] !== undefined) {
    return withStep(run, stage, byWord[0], rest.join('/'), resource)
  }
  const names = stage.tasks.map(pathOf)
  const nearest = findNearest(path, names)
  throw new Refusal(
    `stage "${stage.name}" of ${run.address} has no task "${path}".${nearest === undefined ? '' : ` Did you mean "${nearest}"?`}`,
    names.map((name) => `  ${name}`),
  )
}

/** The way to a task in its stage, as addresses have it. */
export function pathOf(task: Task): string {
  return task.key
}

function lastWord(path: string): string {
  return path.split('/').at(-1) ?? ''
}

function withStep(
  run: Run,
  stage: Stage,
  task: Task,
  rest: string,
  resource: string | undefined,
): Work {
  if (rest === '') return { run, stage, task, step: undefined, resource }
  const step =
    task.steps.find(({ key }) => key === rest) ??
    task.steps.find(({ key }) => key.endsWith(`/${rest}`)) ??
    task.steps.find(({ component, key }) => rest === `${component ?? ''}/${lastWord(key)}`)
  if (step !== undefined) return { run, stage, task, step, resource }
  throw new Refusal(
    `task "${pathOf(task)}" of ${run.address} has no step "${rest}".`,
    task.steps.map(({ key }) => `  ${key}`),
  )
}

/** The jobs that are meant: of the task or step, on the resource when one is named; the newest attempt on each. */
export function jobsOf({ task, step, resource }: Work): Job[] {
  const jobs = (step === undefined ? task.steps : [step]).flatMap((one) => one.jobs)
  const newest = new Map<string, Job>()
  for (const job of jobs) {
    if (resource !== undefined && job.resource !== resource) continue
    const key = `${job.step} ${job.link} ${job.resource}`
    const other = newest.get(key)
    if (other === undefined || other.attempt < job.attempt) newest.set(key, job)
  }
  return [...newest.values()]
}

/** The gate that an address or an id names. Refuses for a gate that has not been reached. */
export async function findGate(context: Context, client: Client, text: string): Promise<Gate> {
  if (/^gat_[0-9A-Z]{26}$/.test(text)) {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- its form has just been checked
    return client.showGate({ gate: text as Gate['id'] })
  }
  const address = parseGateAddress(text)
  const run = await findRun(context, client, address.run)
  const stage = findStage(run, address.part.stage)
  const summary = address.part.node === 'entry' ? stage.entry : stage.exit
  if (summary.id === null) {
    throw new Refusal(
      `run ${run.address} has not reached the ${stage.title} ${address.part.node} gate yet.`,
      [`See where it is:  lockstep run show ${run.address}`],
    )
  }
  return client.showGate({ gate: summary.id })
}

function parseGateAddress(
  text: string,
): RunAddress & { readonly part: Extract<Part, { kind: 'gate' }> } {
  const { run, part } = parseRunAddress(text)
  if (part.kind === 'gate') return { run, part }
  throw new UsageRefusal(`"${text}" names no gate. A gate is RUN/STAGE.entry or RUN/STAGE.exit.`, [
    'See  lockstep help addresses',
  ])
}
