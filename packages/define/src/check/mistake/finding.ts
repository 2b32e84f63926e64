import type { MistakeCode } from './mistake.ts'

/** Where in the JSON of a definition: keys and indexes from its root. */
export type Pointer = readonly (string | number)[]

/** What is wrong in the JSON of a definition, before its place in a file is looked up. */
export type Finding = {
  readonly code: MistakeCode
  readonly at: Pointer
  /** The key itself is wrong, not what stands under it. */
  readonly key?: true
  /** Where in the text at `at`: for conditions. */
  readonly offset?: number
  readonly length?: number
  readonly message: string
  readonly nearest?: string
  readonly right?: string
}

/** `There is no group "release-manager". Did you mean "release-managers"?`: the question, when there is a nearest name. */
export function withQuestion(sentence: string, nearest: string | undefined): string {
  return nearest === undefined ? sentence : `${sentence} Did you mean "${nearest}"?`
}

/** `a` or `an`, as it is spoken. */
export function article(noun: string): string {
  return /^[aeiou]/i.test(noun) ? 'an' : 'a'
}
