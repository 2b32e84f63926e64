// The only reader of the environment.

import { homedir } from 'node:os'
import { join } from 'node:path'

/** What the environment says about this call. */
export interface Config {
  readonly server: string | undefined
  readonly token: string | undefined
  readonly project: string | undefined
  /** Where the sign-in is kept. */
  readonly configFolder: string
  readonly utf8: boolean
  readonly colour: boolean
  /** `npm run` changes the folder; this is the one in which the person typed. */
  readonly typedIn: string | undefined
  /** What a program started from here inherits. */
  readonly inherited: Readonly<Record<string, string | undefined>>
}

/** One variable, for the reference. */
export const VARIABLES = {
  LOCKSTEP_SERVER: 'the server, instead of the one signed in to',
  LOCKSTEP_TOKEN: 'an API token, instead of the session',
  LOCKSTEP_PROJECT: 'the project that names belong to',
  XDG_CONFIG_HOME: 'where the folder lockstep with the sign-in is; ~/.config without it',
  NO_COLOR: 'no colours when it is set',
} as const

/** Reads the settings. An empty variable counts as absent. */
export function readConfig(environment: Readonly<Record<string, string | undefined>>): Config {
  const value = (name: string): string | undefined =>
    environment[name] === '' ? undefined : environment[name]
  const locale = value('LC_ALL') ?? value('LC_CTYPE') ?? value('LANG') ?? ''
  const isPlainTerminal = value('TERM') === 'dumb'
  return {
    server: value('LOCKSTEP_SERVER'),
    token: value('LOCKSTEP_TOKEN'),
    project: value('LOCKSTEP_PROJECT'),
    configFolder: join(value('XDG_CONFIG_HOME') ?? join(homedir(), '.config'), 'lockstep'),
    // Containers and macOS often say nothing; a locale that is said and is not UTF-8 is meant.
    utf8: locale === '' || /utf-?8/i.test(locale),
    colour: value('NO_COLOR') === undefined && !isPlainTerminal,
    typedIn: value('npm_lifecycle_event') === 'lockstep' ? value('INIT_CWD') : undefined,
    inherited: environment,
  }
}
