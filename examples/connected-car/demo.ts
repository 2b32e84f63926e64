// The connected car goes from v1 to v2, start to end, checked point by point: `npm run demo`.
//   -- --keep         leaves everything running to look around
//   -- --interactive  leaves the approvals of the second release to you
//   -- --work FOLDER  where everything is put (made anew each time; default: below the temporary folder)

import { tmpdir, userInfo } from 'node:os'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'

import type { People } from './demo/accounts.ts'
import { digestsOf, judgePoints } from './demo/points.ts'
import { compareRunning } from './demo/running-bytes.ts'
import { emptyEvidence, PASSWORD, setScene } from './demo/scene.ts'
import { bringVersion1, bringVersion2, type Evidence, type Run, type Stage } from './demo/story.ts'
import { presentCounts, presentInventories, presentPoints } from './demo/table.ts'
import { until } from './demo/until.ts'

const { values: options } = parseArgs({
  options: {
    keep: { type: 'boolean', default: false },
    interactive: { type: 'boolean', default: false },
    work: { type: 'string' },
  },
})

const startedAt = performance.now()
const work = resolve(options.work ?? join(tmpdir(), `lockstep-demo-${userInfo().username}`))

function say(line: string): void {
  const elapsed = ((performance.now() - startedAt) / 1000).toFixed(1).padStart(6)
  process.stdout.write(`${elapsed} s  ${line}\n`)
}

process.exitCode = await runDemo()

async function runDemo(): Promise<number> {
  say(`Everything is below ${work}`)
  await using scene = await setScene(work, say)
  const { people, repositories, outbox, places } = scene
  const evidence = emptyEvidence()
  const stage: Stage = { people, repositories, outbox, approves: true, say }
  await bringVersion1(stage, evidence)
  if (options.interactive) sayHowToApprove(scene.url)
  await bringVersion2({ ...stage, approves: !options.interactive }, evidence)
  const failed = await report(people, evidence, places)
  if (options.keep) await keepRunning(scene.url)
  return failed
}

async function report(
  people: People,
  evidence: Evidence,
  places: { readonly hosts: string; readonly databaseUrl: (name: string) => string },
): Promise<number> {
  const rebuilt = await buildAgain(people, evidence)
  say('Comparing what runs with what was built')
  const rows = (await people.as['release-manager'].showInventory({})).items
  const compared = await compareRunning(rows, {
    client: people.as['release-manager'],
    projects: people.projects,
    ...places,
  })
  const verdicts = await judgePoints({ evidence, people, compared, rebuilt })
  const differ = compared.filter(({ running, built }) => running !== built).length
  const release = evidence.releaseRuns.at(-1)
  process.stdout.write(
    [
      '',
      `Release ${release?.title ?? ''}, run ${release?.number ?? 0}: ${release?.state ?? ''}. ` +
        `${evidence.decisions.length} approvals, each asked for by mail; ${differ} programs differ from the snapshots.`,
      '',
      presentInventories(evidence),
      '',
      presentPoints(verdicts),
      '',
      `${presentCounts(verdicts)} ${elapsedText()}`,
      'Look around:  npm run demo -- --keep          Approve yourself:  npm run demo -- --interactive',
      '',
    ].join('\n'),
  )
  return [...verdicts.values()].some(({ kind }) => kind === 'failed') ? 1 : 0
}

/** The mobile app's last commit once more: the same bits must come out, and its deployment has nothing to do. */
async function buildAgain(
  people: People,
  evidence: Evidence,
): Promise<{ readonly first: readonly string[]; readonly second: readonly string[] }> {
  say('Building the same commit a second time')
  const client = people.as['mobile-developer']
  const project = people.projects.mobile
  const first = evidence.teamRuns.findLast(({ name }) => name === 'mobile-app')
  if (first === undefined) return { first: [], second: [] }
  const started = await client.startRun({ project, name: 'mobile-app' })
  const second = await until(
    'the second build',
    async () => {
      const run: Run = await client.showRun({ run: started.id })
      return run.stages[0]?.exit.state === 'passed' ? run : undefined
    },
    120_000,
  )
  await client.abortRun({ run: second.id, reason: 'only built to compare' })
  return {
    first: await digestsOf(client, first, project),
    second: await digestsOf(client, second, project),
  }
}

function elapsedText(): string {
  const seconds = Math.round((performance.now() - startedAt) / 1000)
  return `${Math.floor(seconds / 60)} min ${seconds % 60} s.`
}

function sayHowToApprove(url: string): void {
  say('The approvals of the second release are yours. Sign in and look:')
  say(`  npm run lockstep -- login ${url}     as qa-lead, embedded-lead or release-manager-2`)
  say(`  password: ${PASSWORD}`)
  say('  npm run lockstep -- gate list --mine')
}

async function keepRunning(url: string): Promise<void> {
  say(`Everything keeps running at ${url} until you press Ctrl-C.`)
  say(`Sign in as release-manager, password: ${PASSWORD}`)
  const { promise, resolve } = Promise.withResolvers<void>()
  const idle = setInterval(() => undefined, 60_000)
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve())
  await promise
  clearInterval(idle)
}
