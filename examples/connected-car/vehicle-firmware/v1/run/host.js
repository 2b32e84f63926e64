// What a component needs to know about the host that it was put on.
import { execFileSync } from 'node:child_process'
import { existsSync, linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The folder that holds this component: the one that was packed, with package.json at its top. */
export const COMPONENT_FOLDER = dirname(dirname(fileURLToPath(import.meta.url)))

/**
 * The component's own description, its port and its files on this host. The port is PORT_BASE plus the
 * component's place in the product, so that components never meet on one host.
 */
export function locate(env = process.env) {
  const { name, version, main, portOffset } = JSON.parse(
    readFileSync(join(COMPONENT_FOLDER, 'package.json'), 'utf8'),
  )
  const base = Number(env.PORT_BASE)
  if (portOffset !== undefined && !(Number.isInteger(base) && base > 1023 && base < 65500)) {
    throw new Error(
      `${name} has no port: PORT_BASE is ${JSON.stringify(env.PORT_BASE)}. Set it on the agent to a free port, for example 4700.`,
    )
  }
  const state = resolve(env.HOST_STATE ?? join(env.LOCKSTEP_HOST_ROOT ?? process.cwd(), 'state'))
  mkdirSync(state, { recursive: true })
  return {
    name,
    version,
    main: join(COMPONENT_FOLDER, main),
    port: base + portOffset,
    address: env.LISTEN_ADDRESS ?? '127.0.0.1',
    state,
    pidFile: join(state, `${name}.pid`),
    lockFile: join(state, `${name}.lock`),
    logFile: join(state, `${name}.log`),
    startsFile: join(state, `${name}.starts`),
  }
}

/**
 * When this process was started, as the system tells it; undefined when there is none, or only its
 * zombie. With the pid it names one process for ever, although pids are used again.
 */
export function birthOf(pid) {
  if (process.platform !== 'linux') return birthByPs(pid)
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return fields[0] === 'Z' || fields[0] === 'X' ? undefined : fields[19]
  } catch {
    return undefined
  }
}

function birthByPs(pid) {
  try {
    const [state, ...birth] = execFileSync('ps', ['-o', 'stat=,lstart=', '-p', String(pid)])
      .toString()
      .trim()
      .split(/\s+/)
    return state?.startsWith('Z') ? undefined : birth.join(' ')
  } catch {
    return undefined
  }
}

/** The process that the pid file names, while it lives. */
export function runningProcess(pidFile) {
  if (!existsSync(pidFile)) return undefined
  const [pid, birth] = readFileSync(pidFile, 'utf8').trim().split('\n')
  return birth && birthOf(Number(pid)) === birth ? Number(pid) : undefined
}

export function rememberProcess(pidFile, pid) {
  writeFileSync(pidFile, `${pid}\n${birthOf(pid)}\n`)
}

/** Ends the process: TERM, five seconds of grace, then KILL. Returns when it is gone. */
export async function endProcess(pid) {
  const birth = birthOf(pid)
  const lives = () => birth !== undefined && birthOf(pid) === birth
  for (const [signal, graceMs] of [
    ['SIGTERM', 5000],
    ['SIGKILL', 5000],
  ]) {
    if (!lives()) return
    process.kill(pid, signal)
    if (await until(() => !lives(), graceMs)) return
  }
  throw new Error(`Process ${pid} does not end, not even by KILL.`)
}

/** Asks again and again until the answer is true or the time is over; says which. */
export async function until(question, withinMs, everyMs = 50) {
  const deadline = Date.now() + withinMs
  for (;;) {
    if (await question()) return true
    if (Date.now() > deadline) return false
    await new Promise((wake) => setTimeout(wake, everyMs))
  }
}

/** Runs the work while nobody else on this host does the same; a lock whose owner died is taken over. */
export async function alone(lockFile, work) {
  // A link appears with its content in one step; a lock that is seen is never half written.
  const mine = `${lockFile}.${process.pid}`
  rememberProcess(mine, process.pid)
  const take = () => {
    try {
      linkSync(mine, lockFile)
      return true
    } catch (error) {
      if (error.code !== 'EEXIST') throw error
      if (runningProcess(lockFile) === undefined) rmSync(lockFile, { force: true })
      return false
    }
  }
  const taken = await until(take, 30_000).finally(() => rmSync(mine, { force: true }))
  if (!taken) throw new Error(`${lockFile} is held by another restart.`)
  try {
    return await work()
  } finally {
    rmSync(lockFile, { force: true })
  }
}

/** What answers on this port as one of our programs, if anything does. */
export async function askVersion({ address, port }) {
  const host = address === '0.0.0.0' ? '127.0.0.1' : address
  try {
    const answer = await fetch(`http://${host}:${port}/version`, {
      signal: AbortSignal.timeout(2000),
    })
    return await answer.json()
  } catch {
    return undefined
  }
}

/** Whether the program on this port says that it can work. */
export async function askHealth({ address, port }) {
  const host = address === '0.0.0.0' ? '127.0.0.1' : address
  try {
    return (await fetch(`http://${host}:${port}/healthz`, { signal: AbortSignal.timeout(2000) })).ok
  } catch {
    return false
  }
}

/** Ends every copy of the component on this host, also one whose pid file was never written. */
export async function endCopies(place) {
  const known = runningProcess(place.pidFile)
  if (known !== undefined) await endProcess(known)
  const answering = await askVersion(place)
  if (answering?.component === place.name) await endProcess(answering.pid)
  rmSync(place.pidFile, { force: true })
}
