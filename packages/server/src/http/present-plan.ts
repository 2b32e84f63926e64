// A plan as people read it before anything is started.

import type { Plan } from '@lockstep/contract'
import type { PlanDescription, RulePlan, TaskPlan, VoiceLack } from '@lockstep/domain'
import type * as z from 'zod/mini'

import type { EnvironmentVersions } from '../postgres/read/environment-versions.ts'
import type { ShortGate } from '../usecases/run/find-short-gates.ts'
import type { MadePlan } from '../usecases/run/make-plan.ts'
import { presentAsked } from './approval-words.ts'
import { presentRevisions } from './present-run.ts'
import { timestampOf } from './present.ts'
import { kindOf } from './present-task.ts'

type View<Schema extends z.core.$ZodType> = z.output<Schema>

/** What is known of the places that a plan goes to. */
export interface PlanSurroundings {
  readonly versions: EnvironmentVersions
  /** Environments that nobody holds now. */
  readonly free: ReadonlySet<string>
  /** Addresses of the runs in which its snapshots have passed, by id. */
  readonly passed: ReadonlyMap<string, string>
  /** Gates that nobody could pass when the caller starts it. */
  readonly short: readonly ShortGate[]
}

/** A gate that the people of today cannot pass, as a sentence that says why and what helps. */
export function presentShortGate(short: ShortGate): string {
  const { stage, node, approvals, able, barred, lacking, project } = short
  const asks = approvals.map(ruleText).join(' and ')
  const who =
    able.length === 0 ? 'nobody could approve' : `${listed(able, 'and')} alone cannot give it`
  const part = { starter: 'starts the run', editor: 'edited it', token_owner: 'owns its token' }
  const because = [
    ...barred.map(({ person, why }) => `${person} ${part[why]}`),
    ...lacking.slice(0, LACKING_SHOWN_MAX).map(({ person, lack }) => `${person} ${LACKS[lack]}`),
  ].join(', ')
  const groups = [
    ...new Set(
      approvals.flatMap(({ by }) => by.flatMap((one) => (one.kind === 'group' ? [one.name] : []))),
    ),
  ]
  const helps = lacking.flatMap(({ person, lack }) => HELPS[lack]?.(person, project) ?? [])
  const more =
    lacking.length > 0 || groups.length === 0 ? [] : [`Add people to ${listed(groups, 'or')}.`]
  const [help = ''] = [...helps, ...more].map((text) => ` ${text}`)
  return `${stage}, ${node} gate: it asks ${asks}, and ${who}${because === '' ? '' : ` (${because})`}.${help}`
}

const LACKING_SHOWN_MAX = 3
const LACKS: Readonly<Record<VoiceLack, string>> = {
  approver_role: 'lacks the role approver',
  sight_of_project: 'does not see the project',
  new_password: 'has a new password, by a link, and decides an hour later',
}

/** What helps at once; a new password needs its hour. */
const HELPS: Readonly<Partial<Record<VoiceLack, (person: string, project: string) => string>>> = {
  approver_role: (person, project) =>
    `Give the role: lockstep role grant approver ${person} -p ${project}`,
  sight_of_project: (person, project) =>
    `Let them see it: lockstep role grant viewer ${person} -p ${project}`,
}

function listed(names: readonly string[], word: 'and' | 'or'): string {
  return names.length < 2
    ? names.join('')
    : `${names.slice(0, -1).join(', ')} ${word} ${names.at(-1) ?? ''}`
}

/** What would be done where, from which version to which. */
export function presentPlan(made: MadePlan, around: PlanSurroundings): View<typeof Plan> {
  const { plan, digest, set } = made
  const subject = plan.release ?? plan.pipeline
  return {
    digest,
    project: subject.project,
    name: subject.name,
    title: subject.title,
    set,
    wayBack: plan.isWayBack === true,
    putBack: plan.isPutBack === true,
    startsAt: plan.startsAt === undefined ? null : timestampOf(plan.startsAt),
    cannotBeUndone: [...made.cannotBeUndone],
    warnings: around.short.map(presentShortGate),
    brings: plan.brings.map(({ application, snapshot, version, passed }) => ({
      application: application.name,
      snapshot,
      version,
      passed: passed === null ? null : (around.passed.get(passed) ?? passed),
      from: fromOf(made, around, `${application.project}/${application.name}`),
    })),
    stages: plan.stages.map((stage) => ({
      name: stage.name,
      title: stage.title,
      environment: stage.environment?.name ?? null,
      environmentFree: stage.environment === null || around.free.has(stage.environment.id),
      entry: stage.entry.rules.map(ruleText),
      exit: stage.exit.rules.map(ruleText),
      tasks: stage.tasks.map((task) => {
        const described = made.deployments.get(`${stage.name}/${task.key}`)
        const runs =
          stage.environment === null ? undefined : around.versions.get(stage.environment.id)
        return presentTask(made, task, described, runs)
      }),
    })),
    revisions: presentRevisions(plan),
  }
}

/** What runs now where the application goes last: that is what people have. */
function fromOf(
  { plan }: MadePlan,
  { versions }: PlanSurroundings,
  application: string,
): string | null {
  const last = plan.stages.findLast(({ environment, tasks }) => {
    const goesThere = tasks.some(
      ({ work }) =>
        work.kind === 'process' &&
        `${work.application.project}/${work.application.name}` === application,
    )
    return environment !== null && goesThere
  })
  const environment = last?.environment?.id
  return environment === undefined ? null : (versions.get(environment)?.get(application) ?? null)
}

function presentTask(
  { plan }: MadePlan,
  task: TaskPlan,
  described: PlanDescription | undefined,
  runs: ReadonlyMap<string, string> | undefined,
): View<typeof Plan>['stages'][number]['tasks'][number] {
  const { work } = task
  const application = 'application' in work ? work.application : null
  const name = application === null ? '' : `${application.project}/${application.name}`
  const brings = plan.brings.find(
    (one) => `${one.application.project}/${one.application.name}` === name,
  )
  const isProcess = work.kind === 'process'
  return {
    key: task.key,
    title: task.title,
    kind: kindOf(task),
    groups: [...task.groups],
    after: [...task.after],
    application: application?.name ?? null,
    from: isProcess ? (described?.from ?? runs?.get(name) ?? null) : null,
    to: isProcess ? (described?.to ?? brings?.version ?? null) : null,
    lines: (described?.lines ?? []).map((line) => ({
      step: line.step,
      tier: line.tier,
      component: line.component,
      resources: [...line.resources],
      does: [...line.does],
      skipped: line.skipped,
      from: line.from,
      to: line.to,
      atOnce: line.atOnce,
    })),
    irreversible: isProcess ? work.acceptIrreversible : null,
  }
}

/** A rule in a line: its name, and for an approval whom it asks. */
function ruleText(rule: RulePlan): string {
  if (rule.kind === 'check') return rule.name
  const who = presentAsked(rule)
  return rule.name === '' || rule.name === who ? who : `${rule.name}: ${who}`
}
