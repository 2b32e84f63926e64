import { valueAt } from '../schema/findings.ts'
import type { Pointer } from './finding.ts'

/** Lists of rules are counted; every other list of things with names shows them. */
const RULE_LISTS: ReadonlySet<string> = new Set(['entry', 'exit', 'hold', 'rules'])

/** What a value is written with belongs to the value: `env.KEY`, not `env.KEY.secret`. */
const VALUE_KEYS: ReadonlySet<string> = new Set(['group', 'user', 'secret', 'cel', 'parameter'])

/**
 * The path that people read: `pipelines/connected-car › stages/staging › exit[2] › oneFromEach[2]`. What is wrong in a
 * field of a rule ends with the name of the rule.
 */
export function presentPath(definition: unknown, at: Pointer): string {
  const kind = textAt(definition, ['kind']) ?? 'definition'
  const parts = [`${kind}s/${textAt(definition, ['name']) ?? '?'}`]
  let index = 0
  let words: string[] = []
  let rule: string | undefined
  while (index < at.length) {
    const key = at[index]
    const next = at[index + 1]
    index++
    if (typeof key !== 'string') continue
    words.push(key)
    if (typeof next !== 'number') continue
    const list = words.join('.')
    words = []
    index++
    const entry = textAt(definition, [...at.slice(0, index), 'name'])
    if (key === 'rules') {
      parts[parts.length - 1] += `[${next}]`
      rule = entry
    } else if (RULE_LISTS.has(key)) {
      parts.push(`${list}[${next}]`)
      rule = entry
    } else {
      parts.push(entry === undefined ? `${list}[${next}]` : `${list}/${entry}`)
      rule = undefined
    }
  }
  if (rule !== undefined) parts.push(rule)
  else {
    const field = words.at(-1)
    if (field !== undefined && VALUE_KEYS.has(field) && index > 1) words.pop()
    if (words.length > 0) parts.push(words.join('.'))
  }
  return parts.join(' › ')
}

function textAt(value: unknown, at: Pointer): string | undefined {
  const found = valueAt(value, at)
  return typeof found === 'string' ? found : undefined
}
