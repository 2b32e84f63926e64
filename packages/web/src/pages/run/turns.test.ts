import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { createTurns } from './turns.ts'

/** Turns whose pictures are drawn by hand, and what the parts named in them have heard. */
function arrange() {
  const asked: (() => void)[] = []
  const heard: string[] = []
  const parts = new Map<string, (isDrawn: boolean) => void>()
  const part = (name: string): ((isDrawn: boolean) => void) => {
    const known = parts.get(name) ?? ((isDrawn) => heard.push(isDrawn ? `+${name}` : `-${name}`))
    parts.set(name, known)
    return known
  }
  const turns = createTurns((draw) => asked.push(draw))
  return { turns, part, heard, asked, draw: () => asked.shift()?.() }
}

suite('parts that come and go in turns', () => {
  test('come one for each picture, before any that only goes', () => {
    const { turns, part, heard, draw } = arrange()
    for (const name of ['first', 'second']) turns.take(part(name), false)
    for (const name of ['seen', 'seen too']) turns.take(part(name), true)
    draw()
    assert.deepEqual(heard, ['+seen'])
    draw()
    draw()
    assert.deepEqual(heard, ['+seen', '+seen too', '-first'])
  })

  test('hear only where they are in the end, and nothing when they are no more', () => {
    const { turns, part, heard, asked, draw } = arrange()
    turns.take(part('passing'), true)
    turns.take(part('passing'), false)
    turns.take(part('gone'), true)
    turns.leave(part('gone'))
    draw()
    assert.deepEqual([heard, asked.length], [['-passing'], 0])
    turns.take(part('later'), true)
    draw()
    assert.deepEqual(heard, ['-passing', '+later'])
  })
})
