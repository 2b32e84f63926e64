const NAMES: Readonly<Record<string, string>> = {
  mod: '⌘',
  shift: '⇧',
  alt: '⌥',
  enter: '↵',
  escape: 'Esc',
  up: '↑',
  down: '↓',
  left: '←',
  right: '→',
  space: 'Space',
}

/** Keys as they are printed: `mod+k` → ⌘K, elsewhere Ctrl K; `g h` → G, H. */
export function keyWords(keys: string, isMac: boolean): readonly string[] {
  return keys.split(' ').map((key) =>
    key
      .split('+')
      .map((part) => (part === 'mod' && !isMac ? 'Ctrl ' : (NAMES[part] ?? part.toUpperCase())))
      .join(''),
  )
}

export function isMac(): boolean {
  return /Mac|iPhone|iPad/.test(navigator.platform)
}
