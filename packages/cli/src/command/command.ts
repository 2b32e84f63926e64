// What a command is: words, arguments and flags as data, from which parsing, help, completion and the reference derive.

import { PAGE_LIMIT_DEFAULT, PAGE_LIMIT_MAX } from '@lockstep/contract'

import type { Context } from './context.ts'

/** 0: done, or nothing to do. 1: refused, rejected or failed. */
export type ExitCode = 0 | 1

/** Whose names complete an argument. */
export const NOUNS = [
  'run',
  'gate',
  'task',
  'startable',
  'release',
  'environment',
  'application',
  'pipeline',
  'definition',
  'agent',
  'user',
  'group',
  'project',
  'repository',
] as const
export type Noun = (typeof NOUNS)[number]

export interface Argument {
  /** As usage shows it: `RUN`. */
  readonly shown: string
  readonly optional?: true
  /** Takes all that is left. */
  readonly many?: true
  readonly completes?: Noun
}
export type Arguments = Readonly<Record<string, Argument>>

export interface Flag {
  readonly type: 'boolean' | 'text' | 'texts' | 'number'
  /** What stands for the value in usage: `TIME`. */
  readonly value?: string
  readonly short?: string
  readonly summary: string
}
export type Flags = Readonly<Record<string, Flag>>

export type Input<A extends Arguments> = {
  readonly [Name in keyof A]: A[Name] extends { many: true }
    ? readonly string[]
    : A[Name] extends { optional: true }
      ? string | undefined
      : string
}

type ValueOf<F extends Flag> = F['type'] extends 'boolean'
  ? boolean
  : F['type'] extends 'texts'
    ? readonly string[]
    : F['type'] extends 'number'
      ? number | undefined
      : string | undefined
export type FlagValues<F extends Flags> = { readonly [Name in keyof F]: ValueOf<F[Name]> }

/** A command of any shape, as the code that serves all of them sees it. */
export interface Command<A extends Arguments = Arguments, F extends Flags = Flags> {
  /** `['run', 'start']`, or one word. */
  readonly words: readonly string[]
  readonly arguments: A
  readonly flags: F
  /** An imperative phrase: "Start a release or pipeline". */
  readonly summary: string
  /** Whole command lines, without the `$`. */
  readonly examples: readonly [string, string]
  run(context: Context, input: Input<A>, flags: FlagValues<F>): Promise<ExitCode>
}

interface Specification<A extends Arguments, F extends Flags> {
  readonly words: string
  readonly arguments?: A
  readonly flags?: F
  readonly summary: string
  readonly examples: readonly [string, string]
  run(context: Context, input: Input<A>, flags: FlagValues<F>): Promise<ExitCode>
}

// oxlint-disable-next-line typescript/no-generated-empty-object-type -- that is what it is
type None = Record<never, never>

/** Declares a command. Its file is `commands/<noun>/<verb>.ts`; `command/catalogue.ts` lists it. */
export function command<const A extends Arguments = None, const F extends Flags = None>(
  specification: Specification<A, F>,
): Command {
  const made = {
    ...specification,
    words: specification.words.split(' '),
    arguments: specification.arguments ?? {},
    flags: specification.flags ?? {},
  }
  // What a command takes is narrower than what the catalogue knows; the parser gives each exactly what it declares.
  return made
}

/** Flags that every command takes. */
export const COMMON_FLAGS = {
  project: { type: 'text', short: 'p', value: 'NAME', summary: 'the project that names belong to' },
  json: { type: 'boolean', summary: 'print JSON, in the shape of the API' },
  yes: { type: 'boolean', short: 'y', summary: 'answer questions that can be undone with yes' },
  quiet: { type: 'boolean', short: 'q', summary: 'say only what was asked for' },
  server: { type: 'text', value: 'URL', summary: 'another server than the one signed in to' },
  token: { type: 'text', value: 'TOKEN', summary: 'an API token instead of the session' },
  color: { type: 'text', value: 'WHEN', summary: 'always, never, or auto' },
  help: { type: 'boolean', short: 'h', summary: 'show this' },
} as const satisfies Flags
/** Comment or reason; each command that takes one says which. */
export function words(summary: string): {
  readonly type: 'text'
  readonly short: 'm'
  readonly value: 'WORDS'
  readonly summary: string
} {
  return { type: 'text', short: 'm', value: 'WORDS', summary }
}

/** How many entries a list shows. */
export const limit = {
  type: 'number',
  value: 'N',
  summary: `how many; ${PAGE_LIMIT_DEFAULT} without it, ${PAGE_LIMIT_MAX} at most`,
} as const
