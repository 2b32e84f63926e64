import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { lanePart, layoutStrip, STRIP, stripWords, type StripStage } from './lane-strip.ts'

const part = { state: 'passed', progress: 1 } as const
const lane = (application: string) => ({ application, team: part })
const staging: StripStage = {
  title: 'Staging',
  entry: 'passed',
  exit: 'waiting',
  lanes: [part, part, part],
}
const production: StripStage = {
  title: 'Production',
  entry: 'not_reached',
  exit: 'not_reached',
  lanes: [],
}

suite('a lane strip', () => {
  test('has a line for each lane in each part of the way, inside its box', () => {
    const { lines } = layoutStrip([lane('a'), lane('b'), lane('c')], [staging, production])
    assert.equal(lines.length, 9)
    for (const { from, to, y, key } of lines) {
      assert.ok(from < to && from > 0 && to < STRIP.width, key)
      assert.ok(y > 0 && y < STRIP.height, key)
    }
  })

  test('has two gates for each stage, in the order of the way', () => {
    const { gates } = layoutStrip([lane('a'), lane('b')], [staging, production])
    assert.deepEqual(
      gates.map(({ name, state }) => `${name} ${state}`),
      [
        'Staging entry gate passed',
        'Staging exit gate waiting',
        'Production entry gate not_reached',
        'Production exit gate not_reached',
      ],
    )
    const xs = gates.map(({ x }) => x)
    assert.deepEqual(
      xs,
      xs.toSorted((a, b) => a - b),
    )
  })

  test('has no bar over a single lane', () => {
    assert.equal(layoutStrip([lane('a')], [staging]).bar, undefined)
  })

  test('keeps many lanes inside its box', () => {
    const lanes = Array.from({ length: 9 }, (_, at) => lane(`app-${at}`))
    const ys = layoutStrip(lanes, [staging]).lanes.map(({ y }) => y)
    assert.ok(Math.min(...ys) > 0 && Math.max(...ys) < STRIP.height)
  })

  test('can be read', () => {
    assert.equal(
      stripWords([lane('a'), lane('b')], [production]),
      'a, b. Production: entry gate not reached, exit gate not reached.',
    )
  })
})

suite('the tasks of a lane', () => {
  test('are as far as their share that is done', () => {
    assert.deepEqual(lanePart(['passed', 'skipped', 'running', 'not_started']), {
      state: 'running',
      progress: 0.5,
    })
  })

  test('are under way between two of them', () => {
    assert.deepEqual(lanePart(['passed', 'not_started']), { state: 'running', progress: 0.5 })
  })

  test('fail with one of them', () => {
    assert.equal(lanePart(['passed', 'failed']).state, 'failed')
  })
})
