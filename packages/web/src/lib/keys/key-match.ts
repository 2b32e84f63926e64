// Which keys mean what. Keys are written as people say them: `g h`, `mod+k`, `shift+e`, `/`, `escape`.

export interface Pressed {
  readonly key: string
  readonly ctrlKey: boolean
  readonly metaKey: boolean
  readonly altKey: boolean
  readonly shiftKey: boolean
}

/** The second key of a sequence follows within this time. */
export const SEQUENCE_MS = 600

/** What was pressed, in the form in which keys are written; `mod` is ⌘ on a Mac and Ctrl elsewhere. */
export function keyOf(pressed: Pressed): string {
  const key = pressed.key.toLowerCase()
  const name = key === ' ' ? 'space' : key.replace(/^arrow/, '')
  // Shift already shows in what a key that is no letter types: "?" and "[".
  const hasShift = pressed.shiftKey && (name.length > 1 || /[a-z]/.test(name))
  return [
    ...(pressed.ctrlKey || pressed.metaKey ? ['mod'] : []),
    ...(pressed.altKey ? ['alt'] : []),
    ...(hasShift ? ['shift'] : []),
    name,
  ].join('+')
}

/** Whether keys are one key without ⌘ or Ctrl; those can be switched off. */
export function isSingleLetter(keys: string): boolean {
  return !/mod\+|alt\+|^(?:escape|enter|up|down|left|right)$/.test(keys)
}

export interface Binding {
  readonly keys: string
}

/**
 * The binding that is meant when `next` is pressed after `before` (null: nothing), or the beginning of a sequence to remember.
 * The last of several bindings wins: what was opened last is what people mean.
 */
export function matchKeys<B extends Binding>(
  bindings: readonly B[],
  before: string | null,
  next: string,
): { readonly hit: B } | { readonly pending: string } | null {
  const wanted = before === null ? next : `${before} ${next}`
  const hit = bindings.findLast(({ keys }) => keys === wanted)
  if (hit !== undefined) return { hit }
  if (bindings.some(({ keys }) => keys.startsWith(`${wanted} `))) return { pending: wanted }
  return before === null ? null : matchKeys(bindings, null, next)
}
