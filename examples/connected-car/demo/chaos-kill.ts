// Kills programs of the scene at random moments, as `kill -9` does.

import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'

import { HOSTS } from './hosts.ts'
import type { Scene } from './scene.ts'

/** What is killed. */
export const VICTIMS = ['server', 'agent', 'supervisor', 'postgres'] as const
export type Victim = (typeof VICTIMS)[number]

/** Kills happen this far apart, evenly spread. */
const PAUSE_MS = { least: 1_500, spread: 6_000 } as const
/** And not before some job has begun since the last kill, for so long: on a slow machine the release still gets on. */
const PROGRESS_WITHIN_MS = 20_000
/** Supervisors live for the seconds that a job takes; this long one is waited for. */
const SUPERVISOR_WITHIN_MS = 5_000
const LOOK_EVERY_MS = 40

/** A source of chance that gives the same numbers for the same seed (mulberry32). */
export function createChance(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

/** What is told of the killing. */
export interface KillListener {
  onKill(victim: Victim, name: string): void
  /** A program that nobody killed has ended; it was started again. Killing others must never do that. */
  onOwnEnd(what: string): void
}

/** Kills one victim after another until the signal ends it; tells each by kind and name. */
export async function killAtRandom(
  scene: Scene,
  chance: () => number,
  signal: AbortSignal,
  { onKill, onOwnEnd }: KillListener,
): Promise<void> {
  while (!signal.aborted) {
    await reviveEnded(scene, onOwnEnd)
    const pauseMs = PAUSE_MS.least + chance() * PAUSE_MS.spread
    const jobs = countLeases(scene.places.hosts)
    await delay(pauseMs, undefined, { signal }).catch(() => undefined)
    await waitForMore(jobs, scene.places.hosts, signal)
    if (signal.aborted) return
    const victim = VICTIMS[Math.floor(chance() * VICTIMS.length)] ?? 'agent'
    const name = await killOne(scene, victim, chance, signal)
    if (name !== undefined) onKill(victim, name)
  }
}

async function reviveEnded(scene: Scene, onOwnEnd: (what: string) => void): Promise<void> {
  const end = scene.server().program.ownEnd()
  if (end !== undefined) {
    onOwnEnd(`the server ended by itself: ${end}`)
    await scene.restartServer()
  }
  for (const [name, agent] of scene.agents) {
    const agentEnd = agent.ownEnd()
    if (agentEnd === undefined) continue
    onOwnEnd(`the agent of ${name} ended by itself: ${agentEnd}`)
    scene.restartAgent(name)
  }
}

async function waitForMore(jobs: number, hosts: string, signal: AbortSignal): Promise<void> {
  const end = performance.now() + PROGRESS_WITHIN_MS
  while (!signal.aborted && performance.now() < end && countLeases(hosts) <= jobs) {
    await delay(LOOK_EVERY_MS)
  }
}

/** How many jobs the agents of all hosts have taken so far. */
function countLeases(hosts: string): number {
  let count = 0
  for (const { name } of HOSTS) count += readdirSync(join(hosts, name, 'agent', 'jobs')).length
  return count
}

async function killOne(
  scene: Scene,
  victim: Victim,
  chance: () => number,
  signal: AbortSignal,
): Promise<string | undefined> {
  switch (victim) {
    case 'server':
      await scene.server().program.kill()
      await scene.restartServer()
      return 'server'
    case 'agent':
      return killAgent(scene, chance)
    case 'supervisor': {
      const supervisor = pick(await waitForSupervisors(scene.work, signal), chance)
      return kill(supervisor) ? hostIn(supervisor?.command ?? '') : undefined
    }
    case 'postgres': {
      // First a kind, then one of it: otherwise nearly all would be connections.
      const kinds = Map.groupBy(findPostgres(scene.data), kindOf)
      const [kind, processes] = pick([...kinds], chance) ?? ['', []]
      return kill(pick(processes, chance)) ? kind : undefined
    }
  }
}

/** An agent that has work, if any has: killing an idle one shows little. */
async function killAgent(scene: Scene, chance: () => number): Promise<string | undefined> {
  const busy = findSupervisors(scene.work).map(({ command }) => hostIn(command))
  const names = busy.length > 0 ? busy : HOSTS.map(({ name }) => name)
  const name = pick(names, chance)
  if (name === undefined) return undefined
  await scene.agents.get(name)?.kill()
  scene.restartAgent(name)
  return name
}

function pick<Item>(items: readonly Item[], chance: () => number): Item | undefined {
  return items[Math.floor(chance() * items.length)]
}

function kill(victim: Process | undefined): boolean {
  if (victim === undefined) return false
  try {
    return process.kill(victim.pid, 'SIGKILL')
  } catch {
    return false // It has just ended by itself.
  }
}

async function waitForSupervisors(work: string, signal: AbortSignal): Promise<readonly Process[]> {
  const end = performance.now() + SUPERVISOR_WITHIN_MS
  for (;;) {
    const found = findSupervisors(work)
    if (found.length > 0 || performance.now() > end || signal.aborted) return found
    await delay(LOOK_EVERY_MS)
  }
}

function findSupervisors(work: string): readonly Process[] {
  return processes().filter(
    ({ command }) => command.includes(' supervise ') && command.includes(join(work, 'hosts')),
  )
}

function hostIn(command: string): string {
  return /\/hosts\/([^/]+)\//.exec(command)?.[1] ?? ''
}

/** The postmaster of the scene's data folder and everything that it started. */
function findPostgres(data: string): readonly Process[] {
  const all = processes()
  const postmaster = all.find(
    ({ command }) => command.includes(join(data, 'pg')) && command.includes('postgres'),
  )
  if (postmaster === undefined) return []
  return [postmaster, ...all.filter(({ parent }) => parent === postmaster.pid)]
}

/** `postgres: io worker 1` is an io worker; a connection is named by its user. */
function kindOf({ command }: Process): string {
  const title = /^postgres: (.*)$/.exec(command.trim())?.[1]
  if (title === undefined) return 'postmaster'
  return title.startsWith('lockstep ') ? 'connection' : title.replace(/[\s\d]+$/, '')
}

interface Process {
  readonly pid: number
  readonly parent: number
  readonly command: string
}

function processes(): readonly Process[] {
  return readdirSync('/proc').flatMap((name) => {
    if (!/^\d+$/.test(name)) return []
    try {
      const command = readFileSync(`/proc/${name}/cmdline`, 'utf8').replaceAll('\0', ' ')
      const stat = readFileSync(`/proc/${name}/stat`, 'utf8')
      const parent = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1])
      return [{ pid: Number(name), parent, command }]
    } catch {
      return []
    }
  })
}
