// The two ways in which people work with the page: a pointer, or a keyboard and nothing else.

import assert from 'node:assert/strict'
import type { Locator } from 'playwright-core'

export interface Hands {
  readonly name: string
  /** Follows a link or pushes a button. */
  activate(what: Locator): Promise<void>
  /** Writes into a field in the place of what is there. */
  write(field: Locator, text: string): Promise<void>
  /** Chooses the entry of a list by its value. */
  choose(list: Locator, entry: string): Promise<void>
  /** Does what an open dialog asks for. */
  confirm(button: Locator): Promise<void>
}

export const byPointer: Hands = {
  name: 'pointer',
  activate: (what) => what.click(),
  write: (field, text) => field.fill(text),
  choose: async (list, entry) => void (await list.selectOption(entry)),
  confirm: (button) => button.click(),
}

/** More than a page has that takes the focus. */
const TABS_MAX = 200

export const byKeyboard: Hands = {
  name: 'keyboard',
  async activate(what) {
    await tabTo(what)
    await what.page().keyboard.press('Enter')
  },
  async write(field, text) {
    await tabTo(field)
    await field.page().keyboard.press('Control+a')
    await field.page().keyboard.type(text)
  },
  async choose(list, entry) {
    const words = await list.locator(`option[value="${entry}"]`).innerText()
    await tabTo(list)
    await list.page().keyboard.type(words)
    assert.equal(await list.inputValue(), entry)
  },
  async confirm(button) {
    await button.waitFor()
    await button.page().keyboard.press('Control+Enter')
  },
}

/** Goes on with Tab until it is there, as somebody without a pointer does. */
async function tabTo(what: Locator): Promise<void> {
  await what.waitFor()
  for (let tabs = 0; tabs < TABS_MAX; tabs += 1) {
    const isThere = await what.evaluate(
      (element) => element === element.ownerDocument.activeElement,
    )
    if (isThere) return
    await what.page().keyboard.press('Tab')
  }
  throw new Error(`${TABS_MAX} times Tab do not lead to ${String(what)}`)
}
