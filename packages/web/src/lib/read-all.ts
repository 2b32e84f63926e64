import type { Page } from '@lockstep/contract'

const PAGES_MAX = 20

/** All items of a list that is known to be short, page by page. */
export async function readAll<Item>(
  read: (page: { readonly limit: number; readonly after?: string }) => Promise<Page<Item>>,
): Promise<readonly Item[]> {
  const items: Item[] = []
  let after: string | undefined
  for (let pages = 0; pages < PAGES_MAX; pages += 1) {
    const page = await read({ limit: 200, ...(after === undefined ? {} : { after }) })
    items.push(...page.items)
    if (page.next === null) return items
    after = page.next
  }
  return items
}
