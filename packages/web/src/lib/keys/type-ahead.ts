/**
 * Keeps what is typed from now on, until a field that was asked for is there: else it would be lost, or taken for keys of the
 * page. Escape gives up; keys of the browser stay its own. What is answered ends it and gives what was typed, once.
 */
export function typeAhead(target: Document, giveUp: () => void): () => string {
  let typed = ''
  const hear = (event: KeyboardEvent): void => {
    const { key, ctrlKey, metaKey, altKey } = event
    if (ctrlKey || metaKey || altKey || /^F\d/.test(key)) return
    event.preventDefault()
    event.stopImmediatePropagation()
    if (key === 'Escape') giveUp()
    else if (key === 'Backspace') typed = typed.slice(0, -1)
    else if (key.length === 1) typed += key
  }
  target.addEventListener('keydown', hear, true)
  return () => {
    target.removeEventListener('keydown', hear, true)
    const all = typed
    typed = ''
    return all
  }
}
