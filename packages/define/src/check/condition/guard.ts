// What conditions may not do although CEL could: take long, or say something that nobody can judge beforehand.

import type { ASTNode } from '@marcbachmann/cel-js'

import { findNearest } from '../mistake/nearest.ts'
import { childrenOf } from './environment.ts'

/** How deep `all`, `exists`, `exists_one`, `filter` and `map` may stand in one another. */
export const LOOPS_DEEP_MAX = 2

const LOOPS: ReadonlySet<string> = new Set(['all', 'exists', 'exists_one', 'filter', 'map'])

// `matches` runs patterns in time that nobody can bound; `dyn` and `type` go around the types; the rest nobody needs.
const FUNCTIONS: ReadonlySet<string> = new Set([
  ...LOOPS,
  'has',
  'size',
  'startsWith',
  'endsWith',
  'contains',
  'lowerAscii',
  'upperAscii',
  'trim',
  'int',
  'double',
  'string',
  'bool',
  'duration',
  'timestamp',
  'getHours',
  'getMinutes',
  'getSeconds',
  'getDayOfWeek',
  'getDayOfMonth',
  'getMonth',
  'getFullYear',
])

/** A part of the condition that is refused, and why. */
export type Refused = {
  readonly message: string
  readonly offset: number
  readonly length: number
  readonly nearest?: string
}

/** The first part of a condition that is not offered here; undefined when there is none. */
export function findRefused(ast: ASTNode, text: string): Refused | undefined {
  return findComment(text) ?? findRefusedNode(ast, 0)
}

function findRefusedNode(node: ASTNode, loopsAround: number): Refused | undefined {
  const name = functionOf(node)
  if (name !== undefined && !FUNCTIONS.has(name)) {
    const nearest = findNearest(name, FUNCTIONS)
    return {
      message: `Conditions have no function "${name}".`,
      ...rangeOf(node),
      ...(nearest === undefined ? {} : { nearest }),
    }
  }
  const loops = name !== undefined && LOOPS.has(name) ? loopsAround + 1 : loopsAround
  if (loops > LOOPS_DEEP_MAX) {
    return {
      message: `Here ${loops} loops stand in one another; at most ${LOOPS_DEEP_MAX} may.`,
      ...rangeOf(node),
    }
  }
  for (const child of childrenOf(node)) {
    const refused = findRefusedNode(child, loops)
    if (refused !== undefined) return refused
  }
  return undefined
}

function functionOf(node: ASTNode): string | undefined {
  if (node.op === 'call' || node.op === 'rcall') return node.args[0]
  return undefined
}

// A comment would be shown to an approver as if it were part of the condition.
function findComment(text: string): Refused | undefined {
  const withoutText = text.replace(/"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'/g, (quoted) =>
    ' '.repeat(quoted.length),
  )
  const offset = withoutText.indexOf('//')
  if (offset === -1) return undefined
  return { message: 'A condition has no comments.', offset, length: text.length - offset }
}

/** Where a node stands in the text. */
export function rangeOf(node: { readonly start: number; readonly end: number }): {
  offset: number
  length: number
} {
  return { offset: node.start, length: Math.max(1, node.end - node.start) }
}
