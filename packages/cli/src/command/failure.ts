// How a command says no. Each kind has its exit code. What was typed is told back so far as it is known again by it.

import { shortenWords } from '@lockstep/domain'

/** 1: the rules say no. The lines after the first tell why, and the command that helps. */
export class Refusal extends Error {
  override readonly name = 'Refusal'
  readonly more: readonly string[]

  constructor(what: string, more: readonly string[] = []) {
    super(shortenWords(what))
    this.more = more
  }
}

/** 2: typed wrongly. */
export class UsageRefusal extends Error {
  override readonly name = 'UsageRefusal'
  readonly more: readonly string[]

  constructor(what: string, more: readonly string[] = []) {
    super(shortenWords(what))
    this.more = more
  }
}

/** 130: a person has stopped the command. The message says what goes on nevertheless. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted'
}
