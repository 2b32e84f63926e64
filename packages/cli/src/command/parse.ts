// From what was typed to a command with its arguments and flags.

import { parseArgs, type ParseArgsOptionsConfig } from 'node:util'
import { findNearest } from '@lockstep/define/check'

import { COMMON_FLAGS, type Command, type Flags } from './command.ts'
import { UsageRefusal } from './failure.ts'

export type Values = Readonly<
  Record<string, string | number | boolean | readonly string[] | undefined>
>
type Given = Readonly<Record<string, string | readonly string[] | undefined>>

export type Parsed =
  | {
      readonly kind: 'command'
      readonly command: Command
      readonly input: Given
      readonly flags: Values
      readonly common: Common
    }
  /** Help about a command, about a noun, about a page, or about everything. */
  | { readonly kind: 'help'; readonly about: readonly string[] }

export interface Common {
  readonly project: string | undefined
  readonly json: boolean
  readonly yes: boolean
  readonly quiet: boolean
  readonly server: string | undefined
  readonly token: string | undefined
  readonly color: string | undefined
}

/** The command that was typed, with its input. Refuses with the nearest command, or with the usage of the one that was meant. */
export function parseCommandLine(typed: readonly string[], commands: readonly Command[]): Parsed {
  const words = leadingWords(typed)
  if (words.length === 0 || words[0] === 'help') return { kind: 'help', about: words.slice(1) }
  const found = findCommand(words, commands)
  const wantsHelp = typed.some((word) => word === '--help' || word === '-h')
  if (wantsHelp) return { kind: 'help', about: words.slice(0, found?.words.length ?? 1) }
  if (found === undefined) throw unknownCommand(words, commands)
  const taken = found.words.every((word, index) => words[index] === word) ? found.words.length : 1
  return { kind: 'command', command: found, ...readInput(found, withoutWords(typed, taken)) }
}

/** The words before the first flag of a command's own; common flags may stand in front. */
function leadingWords(typed: readonly string[]): string[] {
  const words: string[] = []
  for (const [index, word] of typed.entries()) {
    if (word.startsWith('-') || isValueOfCommonFlag(typed[index - 1])) continue
    words.push(word)
  }
  return words
}

function isValueOfCommonFlag(before: string | undefined): boolean {
  if (before === undefined) return false
  return Object.entries<Flags[string]>(COMMON_FLAGS).some(
    ([name, { type, short }]) =>
      type === 'text' &&
      (before === `--${name}` || (short !== undefined && before === `-${short}`)),
  )
}

/** Takes away the words that name the command, wherever flags stand between them. */
function withoutWords(typed: readonly string[], count: number): string[] {
  let left = count
  return typed.filter((word, index) => {
    const isWord = left > 0 && !word.startsWith('-') && !isValueOfCommonFlag(typed[index - 1])
    if (isWord) left -= 1
    return !isWord
  })
}

/** The command with the most words in common. A noun alone lists, and so does a noun with an address. */
function findCommand(words: readonly string[], commands: readonly Command[]): Command | undefined {
  const [noun = '', verb] = words
  const exact = commands.find(
    ({ words: own }) => own.length === 2 && own[0] === noun && own[1] === verb,
  )
  if (exact !== undefined) return exact
  const alone = commands.find(({ words: own }) => own.length === 1 && own[0] === noun)
  if (alone !== undefined) return alone
  if (verb !== undefined && !verb.includes('/')) return undefined
  return commands.find(({ words: own }) => own[0] === noun && own[1] === 'list')
}

function unknownCommand(words: readonly string[], commands: readonly Command[]): UsageRefusal {
  const [noun = '', verb = ''] = words
  const verbs = commands
    .filter(({ words: own }) => own[0] === noun)
    .map(({ words: own }) => own.join(' '))
  const typed = verbs.length > 0 ? `${noun} ${verb}` : noun
  const known =
    verbs.length > 0 ? verbs : [...new Set(commands.map(({ words: own }) => own[0] ?? ''))]
  const nearest = findNearest(typed, known)
  const question = nearest === undefined ? [] : [`Did you mean  lockstep ${nearest}`]
  return new UsageRefusal(`There is no command "${typed}".`, [
    ...question,
    `See  lockstep ${verbs.length > 0 ? `${noun} --help` : 'help'}`,
  ])
}

function readInput(
  command: Command,
  typed: readonly string[],
): { readonly input: Given; readonly flags: Values; readonly common: Common } {
  const own = readFlags(command, typed)
  const text = (name: keyof typeof COMMON_FLAGS): string | undefined => {
    const value = own.values[name]
    return typeof value === 'string' ? value : undefined
  }
  return {
    input: assignArguments(command, own.positionals),
    flags: own.values,
    common: {
      project: text('project'),
      json: own.values['json'] === true,
      yes: own.values['yes'] === true,
      quiet: own.values['quiet'] === true,
      server: text('server'),
      token: text('token'),
      color: text('color'),
    },
  }
}

function readFlags(
  command: Command,
  typed: readonly string[],
): { readonly values: Values; readonly positionals: readonly string[] } {
  const flags: Flags = { ...COMMON_FLAGS, ...command.flags }
  try {
    const { values, positionals } = parseArgs({
      args: [...typed],
      options: optionsOf(flags),
      allowPositionals: true,
      strict: true,
    })
    return { values: typedValues(flags, values), positionals }
  } catch (error) {
    if (error instanceof UsageRefusal || !(error instanceof Error)) throw error
    throw flagRefusal(error, typed, { command, flags })
  }
}

function optionsOf(flags: Flags): ParseArgsOptionsConfig {
  return Object.fromEntries(
    Object.entries(flags).map(([name, { type, short }]) => [
      name,
      {
        type: type === 'boolean' ? ('boolean' as const) : ('string' as const),
        multiple: type === 'texts',
        ...(short === undefined ? {} : { short }),
      },
    ]),
  )
}

function typedValues(flags: Flags, given: Readonly<Record<string, unknown>>): Values {
  return Object.fromEntries(
    Object.entries(flags).map(([name, { type, value }]) => {
      const text = given[name]
      if (type === 'boolean') return [name, text === true]
      if (type === 'texts') return [name, Array.isArray(text) ? text.map(String) : []]
      if (typeof text !== 'string') return [name, undefined]
      if (type === 'text') return [name, text]
      if (!/^\d{1,9}$/.test(text)) {
        throw new UsageRefusal(notWhole(name, text, value))
      }
      return [name, Number(text)]
    }),
  )
}

/** What is wrong with the flags, read from what was typed: the sentences of the parser are not ours. */
function flagRefusal(
  error: Error,
  typed: readonly string[],
  { command, flags }: { readonly command: Command; readonly flags: Flags },
): UsageRefusal {
  const words = command.words.join(' ')
  const usage = `See  lockstep ${words} --help`
  const { tokens } = parseArgs({
    args: [...typed],
    options: optionsOf(flags),
    strict: false,
    tokens: true,
  })
  for (const token of tokens) {
    if (token.kind !== 'option') continue
    const [what, ...more] = Object.hasOwn(flags, token.name)
      ? wrongValue(token, flags[token.name])
      : unknownFlag(token.rawName, typed[token.index] ?? '', words, flags)
    if (what !== undefined) return new UsageRefusal(what, [...more, usage])
  }
  return new UsageRefusal(error.message.split('\n')[0] ?? '', [usage])
}

function unknownFlag(typed: string, whole: string, words: string, flags: Flags): readonly string[] {
  if (/^-[\d.]/.test(whole)) {
    return [
      `"${words}" has no flag ${whole}.`,
      `Write what begins with a hyphen and is no flag at the end, behind two hyphens:  -- ${whole}`,
    ]
  }
  const nearest = findNearest(
    typed,
    Object.keys(flags).map((name) => `--${name}`),
  )
  return [
    `"${words}" has no flag ${typed}.`,
    ...(nearest === undefined ? [] : [`Did you mean  ${nearest}`]),
  ]
}

/** Nothing when the flag has the value that it takes. */
function wrongValue(
  {
    name,
    rawName,
    value,
    inlineValue,
  }: {
    readonly name: string
    readonly rawName: string
    readonly value: string | undefined
    readonly inlineValue: boolean | undefined
  },
  flag: Flags[string] | undefined,
): readonly string[] {
  if (flag?.type === 'boolean') return value === undefined ? [] : [`${rawName} takes no value.`]
  if (value === undefined) return [`${rawName} needs a value.`]
  if (inlineValue === true || !/^-./s.test(value)) return []
  if (flag?.type === 'number') return [notWhole(name, value, flag.value)]
  return [
    `${rawName} needs a value.`,
    `Write a value that begins with a hyphen behind an equals sign:  --${name}=-…`,
  ]
}

function notWhole(name: string, text: string, shown: string | undefined): string {
  return `--${name} takes a whole number${shown === undefined ? '' : ` ${shown}`}, not "${text}".`
}

function assignArguments(command: Command, given: readonly string[]): Given {
  const left = [...given]
  const assigned = Object.entries(command.arguments).map(([name, { shown, optional, many }]) => {
    if (many === true) return [name, left.splice(0)] as const
    const value = left.shift()
    if (value === undefined && optional !== true) {
      throw new UsageRefusal(`"${command.words.join(' ')}" needs ${shown}.`, [
        `For example  ${command.examples[0]}`,
      ])
    }
    return [name, value] as const
  })
  if (left.length > 0) {
    throw new UsageRefusal(`"${command.words.join(' ')}" does not take "${left[0] ?? ''}".`, [
      `See  lockstep ${command.words.join(' ')} --help`,
    ])
  }
  return Object.fromEntries(assigned)
}
