/** "Chrome on Linux" of what a browser says about itself; other programs by their own name. */
export function clientWords(client: string): string {
  const browser = /(Edg|Firefox|Chrome|Safari)\//.exec(client)?.[1]
  if (browser === undefined) return client === '' ? 'unknown' : client
  const system = /(Windows|Android|iPhone|iPad|Mac OS X|CrOS|Linux(?!.*Android))/.exec(client)?.[1]
  const name = browser === 'Edg' ? 'Edge' : browser
  return system === undefined ? name : `${name} on ${system === 'Mac OS X' ? 'macOS' : system}`
}
