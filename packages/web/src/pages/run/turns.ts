/** Tells a part of the page whether it is drawn. */
type Tell = (isDrawn: boolean) => void

/** Parts of the page that come and go one for each picture: all at once would hold the page up. */
export interface Turns {
  /** Tells a part in its turn. Moved again before that, it hears the last of it only. */
  readonly take: (tell: Tell, isDrawn: boolean) => void
  /** For a part that is no more. */
  readonly leave: (tell: Tell) => void
}

/** What has come into sight goes before what has left it, or was never there. */
export function createTurns(beforePicture: (draw: () => void) => unknown): Turns {
  const waiting = new Map<Tell, boolean>()
  let isAsked = false
  const drawNext = (): void => {
    const all = [...waiting]
    const [tell, isDrawn] = all.find(([, comes]) => comes) ?? all[0] ?? []
    if (tell !== undefined) {
      waiting.delete(tell)
      tell(isDrawn === true)
    }
    isAsked = waiting.size > 0
    if (isAsked) beforePicture(drawNext)
  }
  return {
    take(tell, isDrawn) {
      waiting.delete(tell)
      waiting.set(tell, isDrawn)
      if (!isAsked) beforePicture(drawNext)
      isAsked = true
    },
    leave: (tell) => void waiting.delete(tell),
  }
}
