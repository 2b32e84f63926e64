import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { elbows, layoutSteps, NODE } from './layout-steps.ts'
import { neighbourOf } from './neighbour-of.ts'

const steps = [
  { name: 'fetch', needs: [] },
  { name: 'flash', needs: ['fetch'] },
  { name: 'settings', needs: ['fetch'] },
  { name: 'reboot', needs: ['flash', 'settings'] },
  { name: 'report', needs: ['fetch', 'reboot'] },
] as const
const graph = layoutSteps(steps)
const placeOf = (name: string) => {
  const found = graph.steps.find((step) => step.name === name)
  if (found === undefined) throw new Error(`${name} has no place`)
  return found
}

suite('the graph of a process', () => {
  test('has every step below all that it needs', () => {
    for (const { name, needs } of steps) {
      for (const need of needs) {
        assert.ok(placeOf(name).y >= placeOf(need).y + NODE.height, `${name} is below ${need}`)
      }
    }
  })

  test('lays no step over another, and all of them inside', () => {
    graph.steps.forEach((one, at) => {
      assert.ok(one.x >= 0 && one.x + NODE.width <= graph.width)
      assert.ok(one.y >= 0 && one.y + NODE.height <= graph.height)
      for (const other of graph.steps.slice(at + 1)) {
        const isApart =
          Math.abs(one.x - other.x) >= NODE.width || Math.abs(one.y - other.y) >= NODE.height
        assert.ok(isApart, `${one.name} and ${other.name}`)
      }
    })
  })

  test('has an edge for each need', () => {
    assert.deepEqual(
      graph.edges.map(({ from, to }) => `${from} → ${to}`),
      [
        'fetch → flash',
        'fetch → settings',
        'flash → reboot',
        'settings → reboot',
        'fetch → report',
        'reboot → report',
      ],
    )
  })

  test('of 200 steps is laid out', () => {
    const many = Array.from({ length: 200 }, (_, at) => ({
      name: `step ${at}`,
      needs: at === 0 ? [] : [`step ${Math.floor((at - 1) / 3)}`],
    }))
    assert.equal(layoutSteps(many).steps.length, 200)
  })

  test('is walked along its edges and within a rank', () => {
    assert.equal(neighbourOf(graph, 'flash', 'ArrowDown'), 'reboot')
    assert.equal(neighbourOf(graph, 'flash', 'ArrowUp'), 'fetch')
    const [left, right] = ['flash', 'settings'].toSorted((a, b) => placeOf(a).x - placeOf(b).x)
    assert.equal(neighbourOf(graph, left ?? '', 'ArrowRight'), right)
    assert.equal(neighbourOf(graph, right ?? '', 'ArrowRight'), undefined)
    assert.equal(neighbourOf(graph, 'fetch', 'Enter'), undefined)
  })
})

suite('an edge', () => {
  test('between steps below each other is straight', () => {
    assert.equal(
      elbows([
        { x: 10, y: 0 },
        { x: 10, y: 40 },
      ]),
      'M10 0L10 40',
    )
  })
  test('to the side goes across half-way, around corners', () => {
    assert.equal(
      elbows([
        { x: 0, y: 0 },
        { x: 100, y: 40 },
      ]),
      'M0 0L0 12Q0 20 8 20L92 20Q100 20 100 28L100 40',
    )
  })
})
