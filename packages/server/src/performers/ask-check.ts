// Automatic conditions of gates and of check tasks: each answers holds, does not hold, or cannot be told.

import { evaluateCondition, parseWindow } from '@lockstep/define/check'
import type { CheckPlan, StageRunState } from '@lockstep/domain'

import { findDefinition } from '../postgres/deliverables/definition-store.ts'
import { findRow } from '../postgres/queryable.ts'
import { listEnvironmentFaults } from '../postgres/read/environment-health.ts'
import { listStageReports, testsOf } from '../postgres/read/run-results.ts'
import { isInWindow } from '../planning/change-window.ts'
import { judgeContracts } from './judge-contracts.ts'
import { judgeSignatures } from './judge-signatures.ts'
import { readMetric } from './read-metric.ts'
import type { CheckAnswer, CheckContext } from './check.ts'
import { readConditionValues, readStageRun } from './condition-values.ts'
import { asGateRun, asStageRun, stageAt, type Asked, type PerformerDeps } from './performer.ts'

/** Asks one check and answers its round. A check that throws cannot be told: it never passes. */
export async function askCheck(deps: PerformerDeps, asked: Asked<'ask_check'>): Promise<void> {
  const { question, target } = asked
  const { node, round } = question
  const answer = await answerOf(deps, asked)
  await deps.reactor.submit(target, { type: 'check_answered', node, round, ...answer }, 'rule')
}

async function answerOf(deps: PerformerDeps, asked: Asked<'ask_check'>): Promise<CheckAnswer> {
  const stage = await stageOf(deps, asked)
  const check = checkOf(asked, stage)
  try {
    return await judge(check, { deps, asked, stage, plan: asked.plan })
  } catch (error) {
    return { answer: 'error', evidence: error instanceof Error ? error.message : String(error) }
  }
}

async function stageOf(deps: PerformerDeps, asked: Asked<'ask_check'>): Promise<StageRunState> {
  if (!asked.target.id.startsWith('gat_')) return asStageRun(asked.state)
  const { parent } = asGateRun(asked.state)
  const stage = await readStageRun(deps.db, asked.target, parent.id)
  if (stage === undefined) throw new Error('the stage run of a gate is there')
  return stage
}

function checkOf(asked: Asked<'ask_check'>, stage: StageRunState): CheckPlan {
  const planned = stageAt(asked.plan, stage.stage)
  if (!asked.target.id.startsWith('gat_')) {
    const work = planned.tasks[asked.question.node]?.work
    if (work?.kind === 'check') return work.check
  } else {
    const rule = planned[asGateRun(asked.state).node].rules[asked.question.node]
    if (rule?.kind === 'check') return rule.check
  }
  throw new Error('the question names a check of the plan')
}

async function judge(check: CheckPlan, context: CheckContext): Promise<CheckAnswer> {
  switch (check.kind) {
    case 'all_tasks_passed':
      return judgeTasks(context)
    case 'tests':
      return judgeTests(check, context)
    case 'signed':
      return judgeSignatures(check, context)
    case 'compatible':
      return judgeContracts(context)
    case 'healthy':
      return judgeHealth(context)
    case 'metric':
      return readMetric(check, context.deps)
    case 'http':
      return askAddress(check, context.deps)
    case 'in_window':
      return judgeWindow(check.window, context)
    case 'passed':
      return judgePassed(check, context)
    case 'condition':
      return judgeThat(check.cel, context)
  }
}

function judgeTasks({ stage }: CheckContext): CheckAnswer {
  const passed = stage.tasks.filter(
    ({ status, leftOut }) => status === 'succeeded' || leftOut === true,
  ).length
  const evidence = `${passed} of ${stage.tasks.length}`
  return { answer: passed === stage.tasks.length ? 'holds' : 'not', evidence }
}

async function judgeTests(
  check: Extract<CheckPlan, { kind: 'tests' }>,
  { deps, asked, stage, plan }: CheckContext,
): Promise<CheckAnswer> {
  const all = await listStageReports(deps.db, asked.target, plan, stage)
  const tasks = stageAt(plan, stage.stage).tasks
  const reports = all.filter(({ step }) => {
    if (check.suite === null) return true
    const task = tasks.find(({ work }) => work.kind === 'work' && work.step.key === step)
    return task?.title === check.suite || task?.key === check.suite
  })
  const tests = testsOf(reports)
  if (tests === undefined || tests.total === 0) {
    return { answer: 'not', evidence: 'no test report has come in' }
  }
  const counted = tests.total - tests.skipped
  const rate = counted === 0 ? 0 : (100 * tests.passed) / counted
  const enough = check.passRatePercent === null || rate >= check.passRatePercent
  const noneNew = !check.noNewFailures || tests.newFailures === 0
  const failures =
    tests.failures.length === 0 ? '' : `; failed: ${tests.failures.slice(0, 3).join(', ')}`
  return {
    answer: enough && noneNew ? 'holds' : 'not',
    evidence: `${tests.passed} of ${counted} passed${tests.newFailures > 0 ? `, ${tests.newFailures} new failures` : ''}${failures}`,
    value: rate,
  }
}

async function judgeHealth({ deps, stage, plan }: CheckContext): Promise<CheckAnswer> {
  const environment = stageAt(plan, stage.stage).environment
  if (environment === null) return { answer: 'error', evidence: 'the stage has no environment' }
  const { resources, faults } = await listEnvironmentFaults(deps.db, environment.id)
  if (resources === 0) return { answer: 'not', evidence: 'nothing is known to run here' }
  const [first] = faults
  if (first === undefined)
    return { answer: 'holds', evidence: `${resources} of ${resources} healthy` }
  return {
    answer: 'not',
    evidence: `${faults.length} of ${resources} not as they should be: ${first}`,
  }
}

async function askAddress(
  check: Extract<CheckPlan, { kind: 'http' }>,
  deps: PerformerDeps,
): Promise<CheckAnswer> {
  const response = await deps.fetch(check.url, {
    redirect: 'manual',
    signal: AbortSignal.timeout(10_000),
  })
  await response.body?.cancel()
  const evidence = `${response.status}, wanted ${check.status}`
  return { answer: response.status === check.status ? 'holds' : 'not', evidence }
}

async function judgeWindow(
  name: string,
  { deps, stage, plan }: CheckContext,
): Promise<CheckAnswer> {
  const environment = stageAt(plan, stage.stage).environment
  if (environment === null) return { answer: 'error', evidence: 'the stage has no environment' }
  const found = await findDefinition(deps.db, {
    kind: 'environment',
    project: environment.project,
    name: environment.name,
  })
  const written = found?.definition.windows.find((window) => window.name === name)
  const window = written === undefined ? undefined : parseWindow(written.when)
  if (window === undefined || written === undefined) {
    return { answer: 'error', evidence: `${environment.name} has no window "${name}"` }
  }
  const inside = isInWindow(window, deps.reactor.now())
  return { answer: inside ? 'holds' : 'not', evidence: written.when }
}

async function judgePassed(
  check: Extract<CheckPlan, { kind: 'passed' }>,
  { deps }: CheckContext,
): Promise<CheckAnswer> {
  const row = await findRow<{ number: number; status: string }>(
    deps.db,
    `SELECT r.number, a.status FROM runs r
     JOIN definitions d ON d.id = r.pipeline_id JOIN projects p ON p.number = d.project_id
     JOIN aggregates a ON a.project_id = r.project_id AND a.root_id = r.root_id AND a.id = r.id
     WHERE p.name = $1 AND d.name = $2 ORDER BY r.created_at DESC LIMIT 1`,
    [check.project, check.pipeline],
  )
  if (row === undefined) return { answer: 'not', evidence: 'it has never run' }
  const evidence = `${check.project}/${check.pipeline}/${row.number} ${row.status}`
  return { answer: row.status === 'succeeded' ? 'holds' : 'not', evidence }
}

async function judgeThat(
  cel: string,
  { deps, asked, stage, plan }: CheckContext,
): Promise<CheckAnswer> {
  const values = await readConditionValues(deps.db, asked.target, plan, stage)
  const judged = evaluateCondition(cel, values)
  if (!judged.ok) return { answer: 'error', evidence: judged.error }
  return { answer: judged.holds ? 'holds' : 'not', evidence: cel }
}
