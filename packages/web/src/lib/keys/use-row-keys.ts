import { useRef, type RefObject } from 'react'
import { useKeys } from './use-keys.ts'

/**
 * J, K and the arrows move the focus through the rows of a list; Enter is the row's own. Put the ref around the list, and
 * `data-row` on what of each row takes the focus, in most cases its link. Where a row has several such parts they are named,
 * `data-row={column}`, and the focus stays among those of one name.
 */
export function useRowKeys<Element extends HTMLElement>(): RefObject<Element | null> {
  const list = useRef<Element>(null)
  const move = (step: 1 | -1): void => {
    const all = [...(list.current?.querySelectorAll<HTMLElement>('[data-row]') ?? [])]
    const here = all.find((row) => row === document.activeElement)
    const rows =
      here === undefined ? all : all.filter(({ dataset }) => dataset['row'] === here.dataset['row'])
    const at = here === undefined ? -1 : rows.indexOf(here)
    const next = at === -1 ? (step === 1 ? 0 : rows.length - 1) : at + step
    rows[Math.min(rows.length - 1, Math.max(0, next))]?.focus()
  }
  useKeys([
    { keys: 'j', label: 'Next row', group: 'In lists', run: () => move(1) },
    { keys: 'k', label: 'Previous row', group: 'In lists', run: () => move(-1) },
    { keys: 'down', label: 'Next row', group: 'In lists', run: () => move(1) },
    { keys: 'up', label: 'Previous row', group: 'In lists', run: () => move(-1) },
  ])
  return list
}
