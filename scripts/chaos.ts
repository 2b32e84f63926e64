// kill -9 of server, agents, supervisors and PostgreSQL at random moments of the demo's releases:
// `npm run chaos -- --rounds 25 --seed 7 --report docs/reference/chaos.md`.

import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { parseArgs } from 'node:util'

import { createChance, VICTIMS } from '../examples/connected-car/demo/chaos-kill.ts'
import { presentChaos } from '../examples/connected-car/demo/chaos-report.ts'
import { playRound, type RoundReport } from '../examples/connected-car/demo/chaos-round.ts'
import { emptyEvidence } from '../examples/connected-car/demo/evidence.ts'
import {
  hearInterruption,
  Interruption,
  unlessAborted,
} from '../examples/connected-car/demo/interruption.ts'
import { setScene, type Scene } from '../examples/connected-car/demo/scene.ts'
import { bringVersion1, bringVersion2 } from '../examples/connected-car/demo/story.ts'
import { takeWorkFolder } from '../examples/connected-car/demo/work-folder.ts'

const { values: options } = parseArgs({
  options: {
    rounds: { type: 'string', default: '2' },
    seed: { type: 'string', default: '1' },
    report: { type: 'string' },
    work: { type: 'string' },
  },
})
const rounds = Number(options.rounds)
const seed = Number(options.seed)
/** At most this share of the rounds may need a person. */
const HELPED_SHARE_MAX = 2 / 25

const interruption = hearInterruption()

process.exitCode = await playChaos()
// The story may still wait for somebody who is gone.
if (interruption.aborted) process.exit()

async function playChaos(): Promise<number> {
  const work = await takeWorkFolder(options.work, 'lockstep-chaos')
  say(`${rounds} rounds, seed ${seed}, below ${work}`)
  try {
    await using scene = await setScene(work, say, interruption)
    await unlessAborted(interruption, bringVersions(scene))
    return await playRounds(scene)
  } catch (error) {
    if (!(error instanceof Interruption)) throw error
    say(`${error.message}; everything that it started is stopped`)
    return error.exitCode
  }
}

async function bringVersions(scene: Scene): Promise<void> {
  const stage = { ...scene, approves: true, say, ask: () => undefined }
  const evidence = emptyEvidence()
  await bringVersion1(stage, evidence)
  await bringVersion2(stage, evidence)
}

async function playRounds(scene: Scene): Promise<number> {
  const chance = createChance(seed)
  const reports: RoundReport[] = []
  for (let round = 1; round <= rounds; round += 1) {
    const report = await playRound(scene, round, chance, interruption)
    reports.push(report)
    say(lineOf(report))
    if (options.report !== undefined) {
      writeFileSync(options.report, presentChaos(reports, { seed, ...measuredOn() }))
    }
  }
  const violations = reports.flatMap((report) => report.violations)
  for (const violation of violations) say(`VIOLATION ${violation}`)
  const helped = reports.filter((report) => report.helped.length > 0).length
  say(
    `${reports.length - helped} of ${reports.length} rounds ended without a person; ${violations.length} violations`,
  )
  return violations.length > 0 || helped > Math.max(1, rounds * HELPED_SHARE_MAX) ? 1 : 0
}

function say(line: string): void {
  process.stdout.write(`${line}\n`)
}

function lineOf({ round, kills, seconds, repeated, helped, violations }: RoundReport): string {
  const killed = VICTIMS.map((victim) => `${victim} ${kills[victim]}`).join(', ')
  const notes = [...helped, ...violations].join('; ')
  return `round ${round}: ${killed}; ${repeated} repeated by rule; ${seconds.toFixed(0)} s${notes === '' ? '' : `; ${notes}`}`
}

function measuredOn(): { commit: string; processors: number } {
  const git = ['rev-parse', '--short=10', 'HEAD']
  const commit = execFileSync('git', git, { cwd: import.meta.dirname, encoding: 'utf8' }).trim()
  return { commit, processors: availableParallelism() }
}
