// A laboratory that talks: runs whose logs say what a test of the page wants to see, begun by commits on odd branches.

import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Client } from '@lockstep/client'
import type { JobId, RunId } from '@lockstep/domain'
import { say, SimulatedAgent } from '@lockstep/simulator'
import { createRepository } from '../../packages/server/testing/repository.ts'
import { until } from '../../packages/server/testing/until.ts'
import type { ServedPage } from './served-page.ts'

/** What must be letters wherever it is shown. */
export const XSS = [
  '<script>document.title="taken"</script>',
  '<img src=x onerror=document.title="taken">',
  '"><svg/onload=document.title="taken">',
  'javascript:document.title="taken"',
  '\u001B]8;;javascript:alert(1)\u001B\\a link\u001B]8;;\u001B\\',
  '{{7*7}} ${7*7} &lt;b&gt;',
] as const
/** A branch may be called so. */
export const XSS_BRANCH = '"><img/src=x/onerror=alert(1)>'
export const LINES = 200_000
export const ERROR_LINES = [6, 150_000, LINES] as const

export interface TalkingLab extends AsyncDisposable {
  readonly admin: Client
  /** The address of a log, of the step that the run of this pipeline works at. */
  logOf(
    pipeline: string,
  ): Promise<{ readonly path: string; readonly run: RunId; readonly job: JobId }>
  /** More for the log of `follow`; null ends it. */
  tell(text: string | null): void
}

/** 200,000 lines with groups, colours, two errors with what belongs to them, and the corpus. */
function* longLog(): Generator<string> {
  const lines: string[] = [
    '::group::Take agent lab-1',
    'lease of 60 s',
    '::endgroup::',
    '::group::Run contracts',
    '\u001B[33m! deprecated\u001B[0m field \u001B[34m"soc"\u001B[0m still sent by vehicle-firmware 1.8.4',
    '\u001B[31m✗\u001B[0m GET  /v2/charge/{vin}        wrong type of soc_percent          29 ms',
    '    contract  mobile-app 1.12.4 reads soc_percent as a number',
    '    \u001B[31m- "soc_percent": 82\u001B[0m',
    '    \u001B[32m+ "soc_percent": "82.0"\u001B[0m',
    '    at src/charge/serialize.ts:47:18',
    ...XSS,
  ]
  for (let line = lines.length + 1; line <= LINES; line += 1) {
    if (line === ERROR_LINES[1]) lines.push('error: no answer from ingest-api within 5 s')
    else if (line === LINES - 1) lines.push('::endgroup::')
    else if (line === LINES) lines.push('error step ended with code 1')
    else
      lines.push(
        `\u001B[32m✓\u001B[0m GET  /v2/vehicles/${line}   keeps order per vehicle   ${line % 90} ms`,
      )
    if (lines.length >= 4_000) yield `${lines.splice(0).join('\n')}\n`
  }
  if (lines.length > 0) yield `${lines.join('\n')}\n`
}

/** Starts the runs; all but `follow` end by themselves. */
export async function startTalkingLab(served: ServedPage): Promise<TalkingLab> {
  const folder = await mkdtemp(join(tmpdir(), 'lockstep-lab-'))
  const repository = createRepository(join(folder, 'car'))
  repository.commit('readme', 'car')
  repository.git('branch', XSS_BRANCH)
  const admin = await served.admin()
  const project = (await admin.createProject({ name: 'connected-car', title: 'Connected Car' })).id
  await admin.addRepository({ project, name: 'car', url: repository.url, pollMs: 86_400_000 })
  await admin.applyDefinitions({
    project,
    source: 'e2e',
    definitions: [
      pipelineOf('contract-test', '<b>Contract</b> test'),
      pipelineOf('quiet', 'Quiet'),
      pipelineOf('follow', 'Soak'),
      {
        ...pipelineOf('from-branch', 'From a branch'),
        on: [{ kind: 'commit', repository: 'car', branch: XSS_BRANCH }],
      },
    ].map((definition) => ({ definition })),
  })
  const dictation = new Dictation()
  const agents = await Promise.all(
    Object.entries({
      'contract-test': say(longLog(), 1),
      quiet: say([]),
      follow: say(dictation),
      'from-branch': say(['built\n']),
    }).map(async ([label, behave], seed) => {
      const { token } = await admin.createEnrolment({ name: label, labels: [label] })
      const settings = { server: served.url, name: label, token, labels: [label], behave, seed }
      const agent = new SimulatedAgent(settings)
      agent.start()
      await until(`${label} is enrolled`, async () => {
        const { items } = await admin.listAgents({ name: label })
        for (const { id } of items)
          await admin.assignAgent({ agent: id, project, environment: null })
        return items.length > 0
      })
      return agent
    }),
  )
  for (const name of ['contract-test', 'quiet', 'follow']) await admin.startRun({ project, name })
  repository.git('checkout', '--quiet', XSS_BRANCH)
  repository.commit('charge', 'soc')
  await until('the commit began a run', async () => {
    await admin.pollRepository({ project, name: 'car' })
    return (await admin.listRuns({ name: 'from-branch' })).items.length > 0
  })
  return {
    admin,
    async logOf(pipeline) {
      let found: Awaited<ReturnType<TalkingLab['logOf']>> | undefined
      await until(`the job of ${pipeline} is there`, async () => {
        const [line] = (await admin.listRuns({ name: pipeline })).items
        if (line === undefined) return false
        const run = await admin.showRun({ run: line.id })
        const step = run.stages[0]?.tasks[0]?.steps[0]
        const job = step?.jobs[0]?.id
        if (step?.id == null || job === undefined) return false
        const isOver = pipeline === 'follow' || step.finishedAt !== null
        found = { path: `/runs/${run.id}/steps/${step.id}/log`, run: run.id, job }
        return isOver
      })
      if (found === undefined) throw new Error('no log')
      return found
    },
    tell: (text) => dictation.tell(text),
    async [Symbol.asyncDispose]() {
      dictation.tell(null)
      await Promise.all(agents.map((agent) => agent.kill()))
      await rm(folder, { recursive: true, force: true })
    },
  }
}

function pipelineOf(name: string, title: string): Record<string, unknown> {
  const task = { kind: 'test', name: `${title} task`, agent: name, run: ['true'] }
  return {
    kind: 'pipeline',
    name,
    title,
    stages: [{ kind: 'stage', name: 'staging', tasks: [task] }],
  }
}

/** What a test says when it wants. */
class Dictation implements AsyncIterable<string> {
  readonly #texts: (string | null)[] = []
  #wake: () => void = () => undefined

  tell(text: string | null): void {
    this.#texts.push(text)
    this.#wake()
  }

  async *[Symbol.asyncIterator](): AsyncIterator<string> {
    for (;;) {
      const text = this.#texts.shift()
      if (text === null) return
      if (text === undefined) await new Promise<void>((resolve) => (this.#wake = resolve))
      else yield text
    }
  }
}
