import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import type { Page } from 'playwright-core'
import { findBarriers, PHONE, screenshot, scrollsSideways, THEMES } from '../browser.ts'
import type { Story } from '../story.ts'
import type { Scene } from '../scene.ts'

/** Two greys of a smaller ratio look alike side by side. */
const NOTICED = 1.5
/** Of the 256 of a sign of 16 × 16: as many as a hair line across it has. */
const APART_PX = 16
/** WCAG 2.2, 1.4.11: what is needed to understand a graphic, against what is beside it. */
const CONTRAST = 3

// Shape carries the state, and colour repeats it: so they are told apart where there is no colour.
export function testSigns({ browser, open }: Scene<Story>): void {
  suite('signs without colour', () => {
    for (const theme of THEMES) {
      test(`are told apart, and stand out from the page: ${theme}`, async () => {
        const { page, problems } = await open('/', { theme })
        await openSigns(page)
        assert.deepEqual(await findBarriers(page), [])
        await screenshot(page, `signs-${theme}`)
        await page.evaluate(`document.documentElement.style.filter = 'grayscale(1)'`)
        const reader = await browser.open()
        const signs = await readSigns(page, reader.page)
        assert.equal(signs.length, 20)
        for (const [at, { word, pixels }] of signs.entries()) {
          const contrast = contrastOf(pixels)
          assert.ok(contrast >= CONTRAST, `${word} has a contrast of ${contrast.toFixed(2)}`)
          for (const other of signs.slice(at + 1)) {
            const apart = differing(pixels, other.pixels)
            assert.ok(apart >= APART_PX, `${word} and ${other.word} differ in ${apart} pixels`)
          }
        }
        assert.deepEqual(problems, [])
      })
    }

    test('are found in the palette, also on a phone', async () => {
      const { page } = await open('/', { size: PHONE })
      await page.keyboard.press('Control+k')
      await page.getByRole('combobox').waitFor()
      await page.keyboard.type('signs')
      await page.getByRole('option', { name: /^Show all keys and signs/ }).waitFor()
      await page.keyboard.press('Enter')
      await page.getByRole('dialog', { name: 'Keys and signs' }).getByText('Rolled back').waitFor()
      assert.equal(await scrollsSideways(page), false)
      assert.deepEqual(await findBarriers(page), [])
      await screenshot(page, 'signs-phone')
    })
  })
}

async function openSigns(page: Page): Promise<void> {
  await page.keyboard.press('?')
  await page.getByRole('dialog', { name: 'Keys and signs' }).getByText('Rolled back').waitFor()
}

interface Sign {
  readonly word: string
  /** Grey, 0 to 255, of each pixel of the 20 × 20 around its middle, row by row. */
  readonly pixels: readonly number[]
}

const SIDE_PX = 20

/** The signs of the dialog as they are on the screen; `reader`, a page without a policy, takes the pictures apart. */
async function readSigns(page: Page, reader: Page): Promise<readonly Sign[]> {
  const rows = page.getByRole('dialog').locator('ul > li')
  const read: Sign[] = []
  for (const row of await rows.all()) {
    await row.scrollIntoViewIfNeeded()
    const box = await row.locator('svg').boundingBox()
    if (box === null) throw new Error('a sign is not drawn')
    const picture = await page.screenshot({
      animations: 'disabled',
      clip: {
        x: Math.round(box.x + box.width / 2 - SIDE_PX / 2),
        y: Math.round(box.y + box.height / 2 - SIDE_PX / 2),
        width: SIDE_PX,
        height: SIDE_PX,
      },
    })
    const pixels = await reader.evaluate<readonly number[]>(
      `(async () => {
        const image = new Image()
        image.src = 'data:image/png;base64,${picture.toString('base64')}'
        await image.decode()
        const canvas = new OffscreenCanvas(image.width, image.height).getContext('2d')
        canvas.drawImage(image, 0, 0)
        const { data } = canvas.getImageData(0, 0, image.width, image.height)
        return Array.from({ length: data.length / 4 }, (_, at) => data[at * 4])
      })()`,
    )
    read.push({ word: await row.innerText(), pixels })
  }
  return read
}

function differing(one: readonly number[], other: readonly number[]): number {
  return one.filter((grey, at) => ratioOf(grey, other[at] ?? grey) >= NOTICED).length
}

/** Of what is drawn and stands out most to the ground, which is in the corner. */
function contrastOf(pixels: readonly number[]): number {
  const [ground = 0] = pixels
  return Math.max(...pixels.map((grey) => ratioOf(grey, ground)))
}

/** WCAG's ratio of two greys of sRGB. */
function ratioOf(one: number, other: number): number {
  const [light, dark] = [luminanceOf(Math.max(one, other)), luminanceOf(Math.min(one, other))]
  return (light + 0.05) / (dark + 0.05)
}

function luminanceOf(grey: number): number {
  const part = grey / 255
  return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4
}
