import { useMemo, useState } from 'react'
import { foldedAtFirst, groupsAround, type LogOutline } from './log-rows.ts'

export interface Folds {
  readonly folded: ReadonlySet<number>
  readonly toggle: (group: number) => void
  /** Folds all groups, or opens them when all are folded. */
  readonly toggleAll: () => void
  /** Opens what a line is hidden in. */
  readonly reveal: (line: number) => void
}

/** Which groups are folded: as it is at first, until somebody folds or opens one. */
export function useFolds(outline: LogOutline): Folds {
  const [chosen, setChosen] = useState<ReadonlyMap<number, boolean>>(new Map())
  const folded = useMemo(() => {
    const atFirst = new Set(foldedAtFirst(outline))
    return new Set(
      outline.groups
        .map(({ line }) => line)
        .filter((line) => chosen.get(line) ?? atFirst.has(line)),
    )
  }, [outline, chosen])
  const choose = (groups: readonly number[], isFolded: boolean): void =>
    setChosen((before) => new Map([...before, ...groups.map((line) => [line, isFolded] as const)]))
  const all = outline.groups.map(({ line }) => line)
  return {
    folded,
    toggle: (group) => choose([group], !folded.has(group)),
    toggleAll: () => choose(all, folded.size < all.length),
    reveal(line) {
      const closed = groupsAround(outline.groups, line).filter((group) => folded.has(group.line))
      if (closed.length > 0)
        choose(
          closed.map((group) => group.line),
          false,
        )
    },
  }
}
