// The keys that do something now. Parts of the page add theirs while they are shown.

import { isSingleLetter, keyOf, matchKeys, SEQUENCE_MS } from './key-match.ts'

/** One thing that a key does, as the sheet of keys lists it. */
export interface KeyBinding {
  readonly keys: string
  readonly label: string
  /** Heading in the sheet: "Everywhere", "On this page". */
  readonly group: string
  readonly run: () => void
}

export interface KeyRegistry {
  /** Adds bindings, which are read whenever they are needed; returns how to take them away. */
  readonly add: (read: () => readonly KeyBinding[]) => () => void
  readonly list: () => readonly KeyBinding[]
  /** Hears the keys of a document until told to stop. */
  readonly listen: (target: Document) => () => void
}

const KEYS_SETTING = 'lockstep.keys'

export function createKeyRegistry(): KeyRegistry {
  const added: (() => readonly KeyBinding[])[] = []
  let before: string | null = null
  let timer: ReturnType<typeof setTimeout> | undefined
  const list = (): readonly KeyBinding[] => added.flatMap((read) => read())
  const hear = (event: KeyboardEvent): void => {
    if (event.defaultPrevented || event.isComposing) return
    const key = keyOf(event)
    // In a shadow tree, such as the code editor's, the document hears its host as the target.
    const [target = event.target] = event.composedPath()
    const usable = list().filter(({ keys }) => isUsable(keys, target))
    const match = matchKeys(usable, before, key)
    clearTimeout(timer)
    before = null
    if (match === null) return
    if ('pending' in match) {
      before = match.pending
      timer = setTimeout(() => {
        before = null
      }, SEQUENCE_MS)
      return
    }
    event.preventDefault()
    // What is confirmed with Ctrl Enter is confirmed once: what a held key repeats is not meant for what comes next.
    if (event.repeat && key === 'mod+enter') return
    match.hit.run()
  }
  return {
    add(read) {
      added.push(read)
      return () => {
        const at = added.indexOf(read)
        if (at >= 0) added.splice(at, 1)
      }
    },
    list,
    listen(target) {
      target.addEventListener('keydown', hear)
      return () => target.removeEventListener('keydown', hear)
    },
  }
}

/** In text fields only keys with ⌘ or Ctrl count; single letters only while they are switched on, and not behind a dialog. */
function isUsable(keys: string, target: EventTarget | null): boolean {
  if (!isSingleLetter(keys)) return true
  if (localStorage.getItem(KEYS_SETTING) === 'off') return false
  if (!(target instanceof HTMLElement)) return true
  return !isText(target) && target.closest('[role=dialog], [role=alertdialog]') === null
}

function isText(element: HTMLElement): boolean {
  return element.isContentEditable || /^(?:INPUT|TEXTAREA|SELECT)$/.test(element.tagName)
}
