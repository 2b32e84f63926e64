// The same commit built a second time: the same bits must come out.

import type { Client } from '@lockstep/client'

import type { ProjectId } from './accounts.ts'
import type { Evidence, Rebuilt, Run, RunFacts } from './evidence.ts'
import type { Stage } from './story.ts'
import { until, WAITS_MS_MAX } from './until.ts'

/** The mobile app's last commit once more, from build to Dev, beside whatever else goes on. */
export async function buildAgain(
  { people }: Stage,
  evidence: Evidence,
): Promise<Rebuilt | undefined> {
  const client = people.as['mobile-developer']
  const project = people.projects.mobile
  const first = evidence.teamRuns.findLast(({ name }) => name === 'mobile-app')
  if (first === undefined) return undefined
  const started = await client.startRun({ project, name: 'mobile-app' })
  const second = await until(
    'the second build',
    async () => {
      const run: Run = await client.showRun({ run: started.id })
      return run.stages[0]?.exit.state === 'passed' ? run : undefined
    },
    WAITS_MS_MAX,
    500,
  )
  await client.abortRun({ run: second.id, reason: 'only built to compare' })
  const steps = second.stages
    .flatMap(({ tasks }) => tasks.filter(({ kind }) => kind === 'deploy'))
    .flatMap((task) => task.steps)
    .slice(0, second.stages[0]?.tasks.length)
  return {
    first: await digestsOf(client, first, project),
    second: await digestsOf(client, second, project),
    deployed: {
      targets: sumOf(steps.map(({ targets }) => targets)),
      skipped: sumOf(steps.map(({ skipped }) => skipped)),
      jobs: sumOf(steps.map(({ jobs }) => jobs.length)),
    },
  }
}

function sumOf(numbers: readonly number[]): number {
  return numbers.reduce((sum, each) => sum + each, 0)
}

/** Digests of the artifacts that a run has built. */
async function digestsOf(
  client: Client,
  run: Pick<RunFacts, 'brings'>,
  project: ProjectId,
): Promise<readonly string[]> {
  const brought = run.brings[0]
  if (brought?.snapshot === null || brought === undefined) return []
  const name = brought.application.split('/').at(-1) ?? ''
  const { items } = await client.listSnapshots({ project, application: name })
  const snapshot = items.find(({ digest }) => digest === brought.snapshot)
  return snapshot?.components.map(({ digest }) => digest) ?? []
}
