// A server with its page and a long run, worked on by simulated agents.

import { createClient, type Client } from '@lockstep/client'
import type { RunId } from '@lockstep/domain'
import { print, SimulatedAgent, takeTime, type Behaviour } from '@lockstep/simulator'
import { until } from '../packages/server/testing/until.ts'
import { PASSWORD, servePage, type ServedPage } from '../e2e/web/served-page.ts'

const LABEL = 'bench'
const WRITER = 'writer'
/** A line of what a simulated agent prints. */
const LINE_BYTES = 80

export interface PageWorld extends AsyncDisposable {
  readonly served: ServedPage
  readonly client: Client
  /** Starts a run of so many stages and steps; each step takes that long on one of the agents. */
  startLongRun(size: { readonly stages: number; readonly steps: number }): Promise<RunId>
  /** The address of the log of a step that has written so many lines, or a few more, and how many they are. */
  writeLog(lines: number): Promise<{ readonly path: string; readonly lines: number }>
  /** Starts a run that waits for a person, so that nothing but people moves it. */
  startWaitingRun(): Promise<RunId>
}

export async function startPageWorld(stepMs: number): Promise<PageWorld> {
  const served = await servePage()
  const admin = await served.admin()
  const client = createClient({ server: served.url })
  await client.signIn({ name: 'admin', password: PASSWORD })
  const { id: project } = await admin.createProject({ name: 'long', title: 'Long' })
  const agents: SimulatedAgent[] = []
  const startAgent = async (label: string, behave: Behaviour): Promise<void> => {
    const name = `${label}-1`
    const { token } = await admin.createEnrolment({ name, labels: [label] })
    const settings = { server: served.url, name, token, labels: [label], seed: 7, slots: 4, behave }
    const agent = new SimulatedAgent(settings)
    agents.push(agent)
    agent.start()
    await until(`${name} is enrolled`, async () => {
      const { items } = await admin.listAgents({ name })
      for (const { id } of items) await admin.assignAgent({ agent: id, project, environment: null })
      return items.length > 0
    })
  }
  const start = async (definition: { readonly name: string }): Promise<RunId> => {
    const { name: run } = definition
    await admin.applyDefinitions({
      project,
      source: run,
      definitions: [{ definition: { ...definition } }],
    })
    return (await admin.startRun({ project, name: run })).id
  }
  return {
    served,
    client,
    async startLongRun({ stages, steps }) {
      await startAgent(LABEL, takeTime(stepMs))
      return start(longPipeline('long-run', stages, Math.ceil(steps / stages)))
    },
    async writeLog(lines) {
      await startAgent(WRITER, print(lines * LINE_BYTES))
      const run = await start(WRITING)
      await until(
        'the log is written',
        async () => (await client.showRun({ run })).finishedAt !== null,
      )
      const { stages } = await client.showRun({ run })
      const step = stages[0]?.tasks[0]?.steps[0]
      const job = step?.jobs[0]?.id
      if (step === undefined || job === undefined) throw new Error('the log has no job')
      const log = await client.showJobLog({ run, job })
      return { path: `/runs/${run}/steps/${step.id}/log`, lines: log.lines }
    },
    startWaitingRun: () => start(WAITING),
    async [Symbol.asyncDispose]() {
      await Promise.all(agents.map((agent) => agent.kill()))
      await served[Symbol.asyncDispose]()
    },
  }
}

const WRITING = {
  kind: 'pipeline',
  name: 'writing-run',
  stages: [
    {
      kind: 'stage',
      name: 'write',
      tasks: [{ kind: 'command', name: 'Write', agent: WRITER, argv: ['true'] }],
    },
  ],
}

const WAITING = {
  kind: 'pipeline',
  name: 'waiting-run',
  stages: [
    {
      kind: 'stage',
      name: 'look',
      tasks: [{ kind: 'manual', name: 'Look', by: [{ user: 'admin' }], instructions: 'Look.' }],
    },
  ],
}

/** Stages of commands side by side, with gates that look at them. */
function longPipeline(name: string, stages: number, steps: number): { readonly name: string } {
  const pipeline = {
    kind: 'pipeline',
    name,
    stages: Array.from({ length: stages }, (_stage, at) => ({
      kind: 'stage',
      name: `stage-${at + 1}`,
      tasks: [
        {
          kind: 'side_by_side',
          name: 'work',
          tasks: Array.from({ length: steps }, (_step, step) => ({
            kind: 'command',
            name: `Step ${step + 1}`,
            agent: LABEL,
            argv: ['true'],
          })),
        },
      ],
      exit: [{ kind: 'all_tasks_passed' }],
    })),
  }
  return pipeline
}
