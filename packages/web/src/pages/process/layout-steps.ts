// Where the nodes and edges of a process graph are drawn: from top to bottom, as the steps need each other.

import { Graph, layout } from '@dagrejs/dagre'

export const NODE = { width: 212, height: 58 } as const
const GAPS = { nodesep: 32, ranksep: 44 } as const
const MARGIN = 24
const RADIUS = 8

interface Point {
  readonly x: number
  readonly y: number
}

export interface PlacedStep extends Point {
  readonly name: string
}

export interface StepEdge {
  readonly from: string
  readonly to: string
  /** An SVG path from the foot of one node to the head of another. */
  readonly path: string
}

export interface StepLayout {
  readonly width: number
  readonly height: number
  /** The left upper corner of each, in topological order, from left to right in a rank. */
  readonly steps: readonly PlacedStep[]
  readonly edges: readonly StepEdge[]
}

/** Lays out steps. A need that names no step is left out. */
export function layoutSteps(
  steps: readonly { readonly name: string; readonly needs: readonly string[] }[],
): StepLayout {
  const graph = new Graph()
  graph.setGraph({ rankdir: 'TB', ...GAPS, marginx: MARGIN, marginy: MARGIN })
  graph.setDefaultEdgeLabel(() => ({}))
  const names = new Set(steps.map(({ name }) => name))
  for (const { name } of steps) graph.setNode(name, { ...NODE })
  const needs = steps.flatMap(({ name: to, needs: from }) =>
    from.filter((one) => names.has(one)).map((one) => ({ from: one, to })),
  )
  for (const { from, to } of needs) graph.setEdge(from, to)
  layout(graph)
  const centre = (name: string): Point => {
    const { x, y } = graph.node(name)
    return { x: Number(x), y: Number(y) }
  }
  const { width = 0, height = 0 } = graph.graph()
  const placed = steps
    .map(({ name }) => {
      const { x, y } = centre(name)
      return { name, x: Math.round(x - NODE.width / 2), y: Math.round(y - NODE.height / 2) }
    })
    .toSorted((a, b) => a.y - b.y || a.x - b.x)
  return {
    width: Number(width),
    height: Number(height),
    steps: placed,
    edges: needs.map(({ from, to }) => {
      const [a, b] = [centre(from), centre(to)]
      const [start, end] = [
        { x: a.x, y: a.y + NODE.height / 2 },
        { x: b.x, y: b.y - NODE.height / 2 },
      ]
      // Between neighbouring ranks one elbow is enough; a longer edge goes around what lies between.
      const isLong = end.y - start.y > GAPS.ranksep * 1.5
      const bends = isLong ? graph.edge(from, to).points.slice(1, -1) : []
      return { from, to, path: elbows([start, ...bends, end]) }
    }),
  }
}

/** Upright, across, upright from each point to the next, with round corners. */
export function elbows(points: readonly Point[]): string {
  const corners: Point[] = []
  points.forEach((point, at) => {
    const before = points[at - 1]
    if (before !== undefined && Math.abs(before.x - point.x) > 0.5) {
      const middle = (before.y + point.y) / 2
      corners.push({ x: before.x, y: middle }, { x: point.x, y: middle })
    }
    corners.push(point)
  })
  const [start, ...rest] = corners
  if (start === undefined) return ''
  let path = `M${at(start)}`
  rest.forEach((corner, index) => {
    const [before, after] = [corners[index], rest[index + 1]]
    if (before === undefined || after === undefined) {
      path += `L${at(corner)}`
      return
    }
    path += `L${at(toward(corner, before))}Q${at(corner)} ${at(toward(corner, after))}`
  })
  return path
}

/** A point a radius away from a corner, or half the way when that is nearer. */
function toward(corner: Point, other: Point): Point {
  const length = Math.hypot(other.x - corner.x, other.y - corner.y)
  const share = length === 0 ? 0 : Math.min(RADIUS, length / 2) / length
  return {
    x: corner.x + (other.x - corner.x) * share,
    y: corner.y + (other.y - corner.y) * share,
  }
}

function at({ x, y }: Point): string {
  return `${Math.round(x * 10) / 10} ${Math.round(y * 10) / 10}`
}
