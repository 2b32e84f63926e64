// Help, made from the declarations of the commands.

import { COMMON_FLAGS, type Command, type Flags } from './command.ts'
import { UsageRefusal } from './failure.ts'
import { PAGES } from './help-pages.ts'

/** The groups in which help shows commands, by their first words. */
export const GROUPS: Readonly<Record<string, readonly string[]>> = {
  Start: ['start', 'setup', 'login', 'logout', 'whoami', 'status', 'init', 'completion'],
  Definitions: ['apply', 'diff', 'check', 'types', 'export', 'revision'],
  Runs: ['plan', 'run', 'logs'],
  Gates: ['gate', 'task'],
  Releases: ['release'],
  Deliverables: ['application', 'pipeline', 'snapshot', 'artifact', 'key', 'repository'],
  Places: ['environment', 'inventory', 'agent', 'fact'],
  People: ['user', 'group', 'service-account', 'token', 'role', 'secret', 'project'],
  Proof: ['audit', 'report'],
  System: ['db', 'notification', 'repair'],
}

/** Whoever reads help for the first time types these, in this order. */
const FIRST_STEPS: readonly (readonly [typed: string, what: string])[] = [
  ['login https://lockstep.example.test', 'sign in'],
  ['init', 'a lockstep folder with one example, in this repository'],
  ['apply', 'show what its definitions would change, ask, and make it so'],
  ['run start NAME --dry-run', 'everything that a run would do; without the flag it begins'],
  ['status', 'what waits for me, what runs, what is broken'],
]
/** The page with every command in a line. */
const ALL = 'commands'

/** Help about what was asked: a command, a noun, a page, every command, or where to begin. */
export function presentHelp(about: readonly string[], commands: readonly Command[]): string {
  const [first, second] = about
  if (first === undefined) return presentOverview(commands)
  if (first === ALL) return presentAll(commands)
  const page = PAGES[first]
  if (page !== undefined) return page
  const exact = commands.find(({ words }) => words.join(' ') === about.join(' '))
  if (exact !== undefined && (second !== undefined || exact.words.length === 1)) {
    const others = commands.filter(({ words }) => words[0] === first && words.length > 1)
    const more = second === undefined && others.length > 0 ? `\n\nMore\n${presentList(others)}` : ''
    return presentCommand(exact) + more
  }
  const ofNoun = commands.filter(({ words }) => words[0] === first)
  if (ofNoun.length === 0) {
    throw new UsageRefusal(`There is no help about "${about.join(' ')}".`, ['See  lockstep help'])
  }
  return presentNoun(first, ofNoun)
}

/** Where to begin, and each noun with its verbs: it fits on two screens. */
function presentOverview(commands: readonly Command[]): string {
  const steps = FIRST_STEPS.map(([typed, what]) => `  ${padded(`lockstep ${typed}`, 48)}${what}`)
  const groups = Object.entries(GROUPS).flatMap(([group, nouns]) => {
    const lines = nouns.flatMap((noun) => presentVerbs(noun, commands))
    return lines.length === 0 ? [] : [`${group}\n${lines.join('\n')}`]
  })
  const pages = [ALL, ...Object.keys(PAGES)].map((page) => `lockstep help ${page}`)
  return [
    'lockstep NOUN VERB THING [flags]        a noun alone lists',
    `Begin here\n${steps.join('\n')}`,
    ...groups,
    `Flags of every command\n${presentFlags(COMMON_FLAGS)}`,
    `More  lockstep NOUN --help   ${pages.join('   ')}`,
  ].join('\n\n')
}

/** What a noun alone does, or its verbs; both where it has both. */
function presentVerbs(noun: string, commands: readonly Command[]): readonly string[] {
  const own = commands.filter(({ words }) => words[0] === noun)
  const alone = own.find(({ words }) => words.length === 1)
  const verbs = own.flatMap(({ words }) => words[1] ?? [])
  return [
    ...(alone === undefined ? [] : [`  ${padded(usageOf(alone), 26)}${alone.summary}`]),
    ...(verbs.length === 0 ? [] : [`  ${padded(noun, 26)}${verbs.join(' · ')}`]),
  ]
}

/** Every command in a line. */
function presentAll(commands: readonly Command[]): string {
  const groups = Object.entries(GROUPS).flatMap(([group, nouns]) => {
    const own = nouns.flatMap((noun) => commands.filter(({ words }) => words[0] === noun))
    return own.length === 0 ? [] : [`${group}\n${presentList(own)}`]
  })
  return groups.join('\n\n')
}

function presentNoun(noun: string, commands: readonly Command[]): string {
  const examples = commands.flatMap(({ examples: [first] }) => [first]).slice(0, 2)
  return [
    examples.map((example) => `  ${example}`).join('\n'),
    presentList(commands),
    `Flags  lockstep ${noun} VERB --help`,
  ].join('\n\n')
}

function presentList(commands: readonly Command[]): string {
  return commands.map((command) => `  ${padded(usageOf(command), 42)}${command.summary}`).join('\n')
}

/** Two examples, what it does, its flags. */
export function presentCommand(command: Command): string {
  const flags =
    Object.keys(command.flags).length === 0 ? [] : [`Flags\n${presentFlags(command.flags)}`]
  return [
    command.examples.map((example) => `  ${example}`).join('\n'),
    `lockstep ${usageOf(command)}\n${command.summary}.`,
    ...flags,
    `Flags of every command\n${presentFlags(COMMON_FLAGS)}`,
  ].join('\n\n')
}

/** `run start THING` */
export function usageOf({ words, arguments: taken }: Command): string {
  const shown = Object.values(taken).map(({ shown, optional, many }) => {
    const name = many === true ? `${shown}…` : shown
    return optional === true || many === true ? `[${name}]` : name
  })
  return [...words, ...shown].join(' ')
}

function presentFlags(flags: Flags): string {
  return Object.entries(flags)
    .map(([name, { short, value, summary, type }]) => {
      const long = type === 'boolean' ? `--${name}` : `--${name} ${value ?? 'VALUE'}`
      return `  ${padded(short === undefined ? `    ${long}` : `-${short}, ${long}`, 28)}${summary}`
    })
    .join('\n')
}

function padded(text: string, width: number): string {
  return text.length + 2 > width ? `${text}  ` : text.padEnd(width)
}
