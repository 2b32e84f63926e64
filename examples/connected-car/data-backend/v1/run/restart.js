// Replaces the running copy of this component by the one in this folder, and returns when it works.
// Safe to run twice, or again after it was killed half way: there is never a second copy.
import { spawn } from 'node:child_process'
import { appendFileSync, openSync, readFileSync } from 'node:fs'
import {
  alone,
  askHealth,
  askVersion,
  endCopies,
  endProcess,
  locate,
  rememberProcess,
  until,
} from './host.js'

const START_WITHIN_MS = 20_000

/** The program outlives the job that started it, so it does not carry the marks of that job. */
const programEnv = Object.fromEntries(
  Object.entries(process.env).filter(
    ([name]) => !name.startsWith('LOCKSTEP_') || name === 'LOCKSTEP_HOST_ROOT',
  ),
)

function recordStart(place, pid) {
  const line = {
    at: new Date().toISOString(),
    component: place.name,
    version: place.version,
    pid,
    job: process.env.LOCKSTEP_JOB ?? null,
    attempt: process.env.LOCKSTEP_ATTEMPT ?? null,
  }
  appendFileSync(place.startsFile, `${JSON.stringify(line)}\n`)
}

async function restart(place) {
  await endCopies(place)
  const log = openSync(place.logFile, 'a')
  const program = spawn(process.execPath, [place.main], {
    detached: true,
    stdio: ['ignore', log, log],
    env: { ...programEnv, HOST_STATE: place.state },
  })
  let ended
  program.once('error', (error) => (ended = error.message))
  program.once('exit', (code, signal) => (ended = `it ended with ${signal ?? `exit code ${code}`}`))
  if (program.pid === undefined) throw new Error(`${place.name} could not be started.`)
  rememberProcess(place.pidFile, program.pid)
  recordStart(place, program.pid)

  const works = async () =>
    ended !== undefined ||
    ((await askVersion(place))?.pid === program.pid && (await askHealth(place)))
  const inTime = await until(works, START_WITHIN_MS, 100)
  if (ended === undefined && inTime) {
    program.unref()
    const { sha256 } = await askVersion(place)
    return `${place.name} ${place.version} runs on port ${place.port}, pid ${program.pid}, ${sha256}`
  }
  const why = ended ?? `no healthy answer on port ${place.port} within ${START_WITHIN_MS / 1000} s`
  await endProcess(program.pid)
  const lastLines = readFileSync(place.logFile, 'utf8').trimEnd().split('\n').slice(-15).join('\n')
  throw new Error(`${place.name} ${place.version} did not come up: ${why}.\n${lastLines}`)
}

try {
  const place = locate()
  process.stdout.write(`${await alone(place.lockFile, () => restart(place))}\n`)
} catch (error) {
  process.stderr.write(`${error.message}\n`)
  process.exitCode = 1
}
