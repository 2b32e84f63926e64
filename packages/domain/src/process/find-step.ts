import type { Plan } from '../pipeline/run-plan.ts'
import type { StepPlan } from './process-plan.ts'

/**
 * The step with this key. In a process plan a key names its step; in a run plan the key of a build, test or
 * command task is `stage/task`, as a stage run gives it to the step run that it starts.
 */
export function findStep(plan: Plan, key: string): StepPlan | undefined {
  if (plan.kind === 'process') return plan.steps.find((step) => step.key === key)
  for (const stage of plan.stages) {
    for (const task of stage.tasks) {
      if (task.work.kind === 'work' && task.work.step.key === key) return task.work.step
    }
  }
  return undefined
}
