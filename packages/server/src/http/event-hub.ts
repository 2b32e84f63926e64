// Fans commits out to event streams. One per process; it keeps the last changes, so that a reader who comes back misses nothing.

import { randomBytes } from 'node:crypto'
import { HEARTBEAT_MS, type Change as WireChange, type Reset } from '@lockstep/contract'
import { reach, reachesAnything, type ProjectId, type Rights } from '@lockstep/domain'
import type { Changes } from '../ports/changes.ts'
import type { Change } from '../ports/reactor.ts'

const KEPT_MAX = 10_000
/** A reader that is this far behind is told to fetch again. */
const BEHIND_MAX = 1_000

interface Kept {
  readonly n: number
  readonly change: Change
  readonly project: ProjectId | undefined
  readonly at: string
}

export interface StreamRequest {
  readonly topics: readonly string[]
  readonly rights: Rights
  readonly lastEventId: string | undefined
  readonly signal: AbortSignal
  /** Asked every other heartbeat; false ends the stream. */
  isStillAllowed(): Promise<boolean>
}

export interface EventHubDeps {
  readonly changes: Changes
  /** The id of the project with this number; undefined for the system. */
  readonly projectOf: (number: number) => Promise<ProjectId | undefined>
  /** The number of open streams has changed. */
  readonly onStreams: (change: 1 | -1) => void
}

export interface EventHub extends Disposable {
  /** The bytes of one stream, until its reader goes, its session ends, or the server stops. */
  open(request: StreamRequest): AsyncGenerator<Uint8Array>
}

export function createEventHub(deps: EventHubDeps): EventHub {
  const epoch = randomBytes(6).toString('hex') // Positions of another process mean nothing here.
  const kept: Kept[] = []
  const streams = new Set<Stream>()
  const projects = new Map<number, ProjectId | undefined>([[0, undefined]])
  let last = 0
  let resolving: Promise<void> = Promise.resolve()

  const publish = (changes: readonly Change[]): void => {
    const at = new Date().toISOString()
    for (const change of changes) {
      last += 1
      const entry: Kept = { n: last, change, project: projects.get(change.project), at }
      kept.push(entry)
      if (kept.length > KEPT_MAX) kept.shift()
      for (const stream of streams) stream.offer(entry)
    }
  }
  const stop = deps.changes.onCommitted(({ changes }) => {
    // One after another, so that looking up the name of a new project does not let later commits overtake.
    resolving = resolving
      .then(async () => {
        for (const { project } of changes) {
          if (!projects.has(project)) projects.set(project, await deps.projectOf(project))
        }
        publish(changes)
      })
      .catch(() => {
        for (const stream of streams) stream.reset('unknown') // What cannot be placed cannot be filtered: readers fetch again.
      })
  })
  let beats = 0
  const heartbeat = setInterval(() => {
    beats += 1
    for (const stream of streams) stream.beat(beats % 2 === 0)
  }, HEARTBEAT_MS)
  heartbeat.unref()

  return {
    async *open(request) {
      const stream = createStream(request, epoch)
      streams.add(stream)
      deps.onStreams(1)
      try {
        stream.begin(request.lastEventId, kept, last)
        yield* stream.chunks()
      } finally {
        stream.end()
        streams.delete(stream)
        deps.onStreams(-1)
      }
    },
    [Symbol.dispose]() {
      stop()
      clearInterval(heartbeat)
      for (const stream of streams) stream.end()
    },
  }
}

interface Stream {
  begin(lastEventId: string | undefined, kept: readonly Kept[], last: number): void
  offer(entry: Kept): void
  reset(reason: Reset['reason']): void
  beat(mayCheck: boolean): void
  end(): void
  chunks(): AsyncGenerator<Uint8Array>
}

function createStream(request: StreamRequest, epoch: string): Stream {
  const isWanted = wantedBy(request)
  const waiting: string[] = []
  let wake: (() => void) | undefined
  let isEnded = false

  const push = (text: string): void => {
    waiting.push(text)
    wake?.()
  }
  const end = (): void => {
    isEnded = true
    wake?.()
  }
  const reset = (reason: Reset['reason']): void => {
    waiting.length = 0
    push(`event: reset\ndata: ${JSON.stringify({ reason } satisfies Reset)}\n\n`)
  }
  const offer = (entry: Kept): void => {
    if (!isWanted(entry)) return
    if (waiting.length >= BEHIND_MAX) reset('too_slow')
    push(`id: ${epoch}.${entry.n}\nevent: change\ndata: ${JSON.stringify(wire(entry))}\n\n`)
  }
  request.signal.addEventListener('abort', end, { once: true })
  return {
    begin(lastEventId, kept, last) {
      // A position without data: a reader that is cut off before its first change can say where it was.
      if (lastEventId === undefined) return push(`id: ${epoch}.${last}\n\n`)
      const from = positionIn(lastEventId, epoch)
      if (from === undefined) return reset('unknown')
      const oldest = kept[0]?.n ?? last + 1
      if (from < oldest - 1) return reset('too_old')
      push(': again\n\n')
      for (const entry of kept) if (entry.n > from) offer(entry)
    },
    offer,
    reset,
    beat(mayCheck) {
      if (waiting.length === 0) push(': beat\n\n')
      if (!mayCheck) return
      // When it cannot be asked, it is not allowed: the reader comes back when it can.
      request.isStillAllowed().then((allowed) => (allowed ? undefined : end()), end)
    },
    end,
    async *chunks() {
      const encoder = new TextEncoder()
      // oxlint-disable-next-line no-unmodified-loop-condition -- `end` sets it
      while (!isEnded) {
        if (waiting.length === 0) {
          await new Promise<void>((resolve) => {
            wake = resolve
          })
          wake = undefined
          continue
        }
        yield encoder.encode(waiting.splice(0).join(''))
      }
    },
  }
}

function positionIn(lastEventId: string, epoch: string): number | undefined {
  const match = /^([0-9a-f]{12})\.(\d{1,15})$/.exec(lastEventId)
  return match?.[1] === epoch ? Number(match[2]) : undefined
}

/** Which changes this reader asked for and may see. */
function wantedBy({ topics, rights }: StreamRequest): (entry: Kept) => boolean {
  const seen = reach(rights, 'project.read')
  // Of a gate only its project is known here: that something has moved is a hint to read, and reading says which gates are theirs.
  const mayDecide = reachesAnything(reach(rights, 'gate.approve'))
  const within = (where: typeof seen, { change, project }: Kept): boolean =>
    where.everywhere ||
    (project !== undefined && where.projects.includes(project)) ||
    where.environments.some((environment) => environment === change.id)
  return (entry) =>
    within(seen, entry) &&
    topics.some((topic) => {
      if (topic === 'all') return true
      if (topic === 'gates:mine') return mayDecide && entry.change.kind === 'gate_run'
      const id = topic.slice(topic.indexOf(':') + 1)
      return id === entry.change.id || id === entry.change.root || id === entry.project
    })
}

function wire({ change, project, at }: Kept): WireChange {
  const isRun = change.root.startsWith('run_')
  return {
    id: change.id,
    kind: change.kind,
    version: change.version,
    project: project ?? null,
    run: isRun ? change.root : null,
    root: change.root,
    at,
  }
}
