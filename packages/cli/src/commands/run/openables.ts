import type { Gate, Job, Run } from '../../documents.ts'

/** What a key opens in the live view: a gate, or the end of a log. */
export type Openable =
  | { readonly kind: 'gate'; readonly title: string; readonly gate: Gate['id'] }
  | { readonly kind: 'log'; readonly title: string; readonly job: Job }

/** Everything of a run that can be opened, in the order of the view. */
export function openables(run: Run): Openable[] {
  return run.stages.flatMap((stage) => {
    const gate = (node: 'entry' | 'exit'): Openable[] => {
      const { id } = stage[node]
      return id === null ? [] : [{ kind: 'gate', title: `${stage.title} ${node} gate`, gate: id }]
    }
    const logs = stage.tasks.flatMap((task): Openable[] => {
      const jobs = task.steps.flatMap((step) => step.jobs)
      const job = jobs.find(({ state }) => state === 'running') ?? jobs.at(-1)
      return job === undefined
        ? []
        : [{ kind: 'log', title: `${task.title}, on ${job.resource}`, job }]
    })
    return [...gate('entry'), ...logs, ...gate('exit')]
  })
}
