import type { Client } from '@lockstep/client'

import type { Config } from '../config.ts'
import type { SessionStore } from '../session/session-store.ts'
import type { Terminal } from '../terminal/terminal.ts'

/** What a command is given: the terminal, the settings of this call, and the server when it asks for it. */
export interface Context {
  readonly terminal: Terminal
  readonly config: Config
  readonly sessions: SessionStore
  /** The folder in which the command was typed. */
  readonly cwd: string
  readonly json: boolean
  readonly yes: boolean
  readonly quiet: boolean
  /** From `--project` or the environment; undefined when nobody has said. */
  readonly project: string | undefined
  /** From `--server` or the environment. */
  readonly server: string | undefined
  readonly token: string | undefined
  /** Aborted when a person interrupts. */
  readonly signal: AbortSignal
  readonly now: () => number
  readonly zone: string
  /** The client of the server that is signed in to. Refuses with the way to sign in. */
  connect(): Promise<Client>
}
