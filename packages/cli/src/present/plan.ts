// A plan: everything that a run would do, before it is started.

import type { Plan } from '../documents.ts'
import { columnOf, fold, padded, shortDigest, spread } from './layout.ts'
import { versionsOf } from './run.ts'
import { msOf, presentMoment, type View } from './time.ts'

type PlannedStage = Plan['stages'][number]
type PlannedTask = PlannedStage['tasks'][number]
type PlannedLine = PlannedTask['lines'][number]

/** The view of `run start --dry-run`; `again` is what was typed, to start it with. */
export function presentPlan(plan: Plan, view: View, again = `run start ${plan.name}`): string {
  const set = plan.set === null ? '' : `, set ${plan.set}`
  const starts =
    plan.startsAt === null ? '' : ` · begins ${presentMoment(msOf(plan.startsAt), view.zone)}`
  const head = [
    spread(`${plan.title}${set}`, 'nothing is started', view.width),
    `as of ${presentMoment(view.nowMs, view.zone)} · plan ${shortDigest(plan.digest)}${starts}`,
  ]
  const irreversible = presentIrreversible(plan, view)
  const short = plan.digest.replace('sha256:', '').slice(0, 8)
  return [
    head.join('\n'),
    ...(plan.brings.length === 0 ? [] : [presentBrings(plan)]),
    ...numbered(plan).map(({ stage, first }) => presentStage(stage, first, view)),
    ...(irreversible === '' ? [] : [irreversible]),
    ...(plan.warnings.length === 0 ? [] : [presentWarnings(plan.warnings, view)]),
    `Start exactly this:  lockstep ${again} --plan ${short}`,
  ].join('\n\n')
}

/** Gates at which the run would wait in vain. */
export function presentWarnings(warnings: readonly string[], view: Pick<View, 'width'>): string {
  const lines = warnings.flatMap((warning) => fold(`  ! ${warning}`, view.width, '    '))
  return ['Would wait in vain', ...lines].join('\n')
}

function presentBrings({ brings, wayBack, putBack }: Plan): string {
  const cells = brings.map(({ application, from, version, passed }) => ({
    name: `  ${application}`,
    from: from ?? 'nothing',
    to: version ?? 'made by the run',
    passed: passed ?? '',
  }))
  const wide = (field: 'name' | 'from' | 'to', least: number): number =>
    columnOf(
      cells.map((cell) => cell[field]),
      least,
    )
  const widths = { name: wide('name', 28), from: wide('from', 12), to: wide('to', 16) }
  const line = ({ name, from, to, passed }: (typeof cells)[number]): string =>
    padded(name, widths.name) + padded(from, widths.from) + padded(to, widths.to) + passed
  const title = wayBack ? 'Takes back' : putBack ? 'Puts back' : 'Brings'
  const head = { name: title, from: 'from', to: 'to', passed: wayBack || putBack ? '' : 'passed' }
  return [head, ...cells].map((cell) => line(cell).trimEnd()).join('\n')
}

/** Tasks are numbered through all stages; those side by side share a number. */
function numbered(plan: Plan): { readonly stage: PlannedStage; readonly first: number }[] {
  let first = 1
  return plan.stages.map((stage) => {
    const here = { stage, first }
    first += Math.max(0, ...numbersOf(stage.tasks))
    return here
  })
}

/** The place of each task in the order of its stage, from 1: one more than the last task that it comes after. */
function numbersOf(tasks: readonly PlannedTask[]): number[] {
  const numbers: number[] = []
  for (const { after } of tasks)
    numbers.push(1 + Math.max(0, ...after.map((index) => numbers[index] ?? 0)))
  return numbers
}

function presentStage(stage: PlannedStage, first: number, view: View): string {
  const needs =
    stage.environment === null
      ? ''
      : `needs environment ${stage.environment}: ${stage.environmentFree ? 'free now' : 'taken now, so it waits'}`
  const numbers = numbersOf(stage.tasks)
  const lines = [
    spread(stage.title, needs, view.width),
    ...presentRules('entry', stage.entry, view),
  ]
  for (const [index, task] of stage.tasks.entries()) {
    const number = numbers[index] ?? 1
    const beside = numbers.filter((other) => other === number).length
    const isFirst = numbers.indexOf(number) === index
    const place = first + number - 1
    if (beside > 1 && isFirst) lines.push(`  ${place} side by side`)
    const letter = numbers.slice(0, index).filter((other) => other === number).length
    const label = beside > 1 ? `  ${place}${String.fromCodePoint(97 + letter)}` : `${place}`
    lines.push(...presentTask(task, `  ${label}`, view))
  }
  return [...lines, ...presentRules('exit', stage.exit, view)].join('\n')
}

function presentRules(node: 'entry' | 'exit', rules: readonly string[], view: View): string[] {
  const text = rules.length === 0 ? 'no rules' : rules.join(' · ')
  return fold(`  ◇ ${node.padEnd(7)} ${text}`, view.width, '            ')
}

function presentTask(task: PlannedTask, label: string, view: View): string[] {
  const name = task.application === null || task.kind !== 'deploy' ? task.title : task.application
  const head = `${padded(`${label} ${name}`, 36)}${versionsOf(task)}`.trimEnd()
  const under = ' '.repeat(label.length + 1)
  let tier: string | null = null
  const lines = task.lines.flatMap((line) => {
    const shownTier = line.tier === tier ? '' : (line.tier ?? '')
    tier = line.tier
    return presentLine(line, shownTier, under, view)
  })
  return [head, ...lines]
}

function presentLine(line: PlannedLine, tier: string, under: string, view: View): string[] {
  const places = placesInWords(line.resources)
  const does = line.skipped === null ? line.does.join(', ') : `${line.skipped}, skipped`
  const atOnce =
    line.atOnce === null || line.resources.length < 2
      ? ''
      : line.atOnce === 1
        ? 'one after another'
        : `${line.atOnce} at once`
  const [first, second] = [`${under}${padded(tier, 10)}`, padded(places, 20)]
  const text = `${first}${second}${padded(line.component ?? line.step, 18)}${does}`
  const whole = atOnce === '' ? text.trimEnd() : spread(text.trimEnd(), atOnce, view.width)
  return whole.length <= view.width ? [whole] : fold(whole, view.width, `${under}  `)
}

function placesInWords(resources: readonly string[]): string {
  if (resources.length <= 1) return resources[0] ?? ''
  if (resources.length === 2) return resources.join(', ')
  return `${resources.length} places`
}

function presentIrreversible(plan: Plan, view: View): string {
  const found = plan.stages.flatMap(({ title, tasks }) =>
    tasks.flatMap((task) =>
      task.irreversible === null
        ? []
        : fold(`  ! ${title}, ${task.title}: ${task.irreversible}`, view.width, '    '),
    ),
  )
  const stays = plan.cannotBeUndone.flatMap((what) => fold(`  ! ${what}`, view.width, '    '))
  if (found.length === 0 && stays.length === 0) return ''
  if (plan.wayBack) return ['Cannot go back', ...stays, ...found].join('\n')
  return [
    'Cannot be undone',
    ...found,
    ...stays,
    '  Everything else goes back to the versions under "from".',
  ].join('\n')
}
