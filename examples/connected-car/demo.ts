// The connected car goes from v1 to v2, start to end, checked point by point: `npm run demo`.
//   -- --keep         leaves everything running to look around
//   -- --interactive  leaves the approvals of the second release to you
//   -- --pictures FOLDER  keeps what the page looks like, light and dark
//   -- --work FOLDER  where everything is put (made anew each time; default: below the temporary folder)

import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { inspect, parseArgs } from 'node:util'

import type { Gate } from './demo/approver.ts'
import { emptyEvidence, presentEvidence, type Evidence } from './demo/evidence.ts'
import { gather } from './demo/gather.ts'
import { hearInterruption, Interruption, unlessAborted } from './demo/interruption.ts'
import { readMailbox } from './demo/mailbox.ts'
import {
  presentAddress,
  presentLights,
  presentPlaces,
  presentQuestion,
} from './demo/look-around.ts'
import { judgePoints } from './demo/points.ts'
import { PASSWORD, setScene, type Scene } from './demo/scene.ts'
import { bringVersion1, bringVersion2, type Stage } from './demo/story.ts'
import { presentCounts, presentInventories, presentOutcome, presentPoints } from './demo/table.ts'
import { openVisitor, type Visitor } from './demo/visitor.ts'
import { takeWorkFolder } from './demo/work-folder.ts'
import { findOrInstallChromium, HOW_TO_GET_CHROMIUM } from '../../scripts/chromium.ts'

const { values: options } = parseArgs({
  options: {
    keep: { type: 'boolean', default: false },
    interactive: { type: 'boolean', default: false },
    work: { type: 'string' },
    record: { type: 'string' },
    pictures: { type: 'string' },
  },
})

const startedAt = performance.now()

function say(line: string): void {
  const elapsed = ((performance.now() - startedAt) / 1000).toFixed(1).padStart(6)
  process.stdout.write(`${elapsed} s  ${line}\n`)
}

const interruption = hearInterruption()

process.exitCode = await runDemo()
// The story may still wait for somebody who is gone.
if (interruption.aborted) process.exit()

async function runDemo(): Promise<number> {
  try {
    const work = await takeWorkFolder(options.work, 'lockstep-demo')
    say(`Everything is below ${work}`)
    const searching = findOrInstallChromium(say, interruption)
    await using scene = await setScene(work, say, interruption)
    await using visitors = new AsyncDisposableStack()
    const visitor = searching.then(async (path) => receiveVisitor(path, scene, visitors))
    visitor.catch(() => undefined) // The story tells it.
    const exitCode = await unlessAborted(interruption, playStory(scene, visitor))
    if (options.keep) await keepRunning(scene)
    return exitCode
  } catch (error) {
    if (error instanceof Interruption) {
      say(`${error.message}; everything that it started is stopped`)
      return error.exitCode
    }
    const isRefusal = error instanceof Error && error.name === 'FolderRefusal'
    process.stderr.write(`${isRefusal ? error.message : inspect(error)}\n`)
    return 1
  }
}

/** Somebody with a browser. Where everything is judged there must be one; on a desk a line says what is left out. */
async function receiveVisitor(
  chromium: string | undefined,
  scene: Scene,
  visitors: AsyncDisposableStack,
): Promise<Visitor | undefined> {
  if (chromium !== undefined) {
    return visitors.use(
      await openVisitor({
        chromium,
        url: scene.url,
        password: PASSWORD,
        pictures: options.pictures,
      }),
    )
  }
  const missing = `There is no Chromium: nobody looks at the page (${HOW_TO_GET_CHROMIUM})`
  if (process.env['CI'] === 'true') throw new Error(missing)
  say(missing)
  return undefined
}

async function playStory(scene: Scene, visitor: Promise<Visitor | undefined>): Promise<number> {
  const { url, people, repositories, outbox, places } = scene
  const evidence = emptyEvidence()
  const ask = (gate: Gate): void => presentQuestion(gate, scene.url).forEach(say)
  const stage: Stage = { url, people, repositories, outbox, approves: true, visitor, say, ask }
  await bringVersion1(stage, evidence)
  await bringVersion2({ ...stage, approves: !options.interactive }, evidence)
  say('What runs is compared with what was built')
  evidence.gathered = await gather({ people, repositories, places }, evidence)
  evidence.desk = await (await visitor)?.lookAround('release-manager')
  if (options.record !== undefined) writeFileSync(options.record, presentEvidence(evidence))
  return report(evidence, scene)
}

function report(evidence: Evidence, scene: Scene): number {
  const verdicts = judgePoints(evidence)
  process.stdout.write(
    [
      '',
      presentOutcome(evidence, readMailbox(scene.outbox).length),
      presentAddress(evidence, scene.url),
      '',
      presentInventories(evidence),
      '',
      presentLights(evidence, process.stdout.isTTY && process.env['NO_COLOR'] === undefined),
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

function elapsedText(): string {
  const seconds = Math.round((performance.now() - startedAt) / 1000)
  return `${Math.floor(seconds / 60)} min ${seconds % 60} s.`
}

/** Until the signal that ends the demo. */
async function keepRunning(scene: Scene): Promise<void> {
  process.stdout.write(`${presentPlaces(scene).join('\n')}\n`)
  await once(interruption, 'abort')
}
