// The lines of a log that the page has: fetched in blocks, only those that somebody looks at, and kept, because they never change.

export interface Line {
  readonly text: string
  readonly ms: number | null
}

export const BLOCK_LINES = 250
/** The first block that is wanted least recently goes when there are more. */
const BLOCKS_MAX = 120
const AT_ONCE_MAX = 2

export interface LogLines {
  /** undefined: not fetched yet. */
  readonly lineAt: (line: number) => Line | undefined
  /** These lines are looked at, of so many that there are. What is missing is fetched; what was wanted before is not any more. */
  readonly want: (lines: readonly number[], total: number) => void
  /** Tells when lines have come. */
  readonly subscribe: (listener: () => void) => () => void
  /** Counts up with each block that has come. */
  readonly version: () => number
  /** What went wrong last; undefined again when lines come. */
  readonly error: () => unknown
}

/** `read` fetches lines from one on, as many as asked or as there are. */
export function createLogLines(
  read: (from: number, count: number) => Promise<readonly Line[]>,
): LogLines {
  const blocks = new Map<number, readonly Line[]>()
  const listeners = new Set<() => void>()
  const busy = new Set<number>()
  let wanted: readonly number[] = []
  let total = 0
  let version = 0
  let error: unknown

  const isMissing = (block: number): boolean => {
    const have = blocks.get(block)?.length ?? 0
    const full = Math.min(BLOCK_LINES, total - block * BLOCK_LINES)
    return have < full && !busy.has(block)
  }
  const keep = (block: number, lines: readonly Line[]): void => {
    blocks.delete(block)
    blocks.set(block, lines)
    const [oldest] = blocks.keys()
    if (blocks.size > BLOCKS_MAX && oldest !== undefined) blocks.delete(oldest)
  }
  const tell = (): void => {
    version += 1
    for (const listener of listeners) listener()
  }
  const fetchMissing = (): void => {
    for (const block of wanted) {
      if (busy.size >= AT_ONCE_MAX) return
      if (isMissing(block)) void fetchBlock(block)
    }
  }
  const fetchBlock = async (block: number): Promise<void> => {
    busy.add(block)
    try {
      const lines = await read(block * BLOCK_LINES + 1, BLOCK_LINES)
      error = undefined
      if (lines.length > (blocks.get(block)?.length ?? 0)) keep(block, lines)
      else wanted = wanted.filter((one) => one !== block) // Nothing new: it is not asked for again at once.
    } catch (caught) {
      error = caught
      wanted = []
    }
    busy.delete(block)
    tell()
    fetchMissing()
  }
  return {
    lineAt(line) {
      const block = Math.floor((line - 1) / BLOCK_LINES)
      return blocks.get(block)?.[line - 1 - block * BLOCK_LINES]
    },
    want(lines, all) {
      total = all
      wanted = [...new Set(lines.map((line) => Math.floor((line - 1) / BLOCK_LINES)))]
      fetchMissing()
    },
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    version: () => version,
    error: () => error,
  }
}
