// One call of the command line: reads what was typed, runs the command, says how it ended.

import { asTyped } from './command/as-typed.ts'
import { COMMANDS } from './command/catalogue.ts'
import type { Context } from './command/context.ts'
import { COMPLETE_WORD } from './command/completion.ts'
import { presentHelp } from './command/help.ts'
import { parseCommandLine, type Common } from './command/parse.ts'
import { failureOf } from './command/present-failure.ts'
import { complete } from './commands/completion/complete.ts'
import { UsageRefusal } from './command/failure.ts'
import { readConfig, type Config } from './config.ts'
import { connect } from './session/connect.ts'
import { createSessionStore } from './session/session-store.ts'
import { createTerminal, type Streams, type Terminal } from './terminal/terminal.ts'

export interface Call {
  readonly typed: readonly string[]
  readonly environment: Readonly<Record<string, string | undefined>>
  readonly streams: Streams
  readonly cwd: string
  readonly signal: AbortSignal
}

/** Runs one command to its end and gives the exit code: 0, 1, 2, 3 or 130. Never throws. */
export async function runCommandLine(call: Call): Promise<number> {
  const config = readConfig(call.environment)
  const colour = colourFlag(call.typed)
  const style = {
    utf8: config.utf8,
    colour: colour === 'always' || (config.colour && colour !== 'never'),
    always: colour === 'always',
  }
  const terminal = createTerminal(call.streams, style, call.signal)
  try {
    return await runTyped(call, config, terminal)
  } catch (error) {
    if (call.signal.aborted && !(error instanceof Error && error.name === 'Interrupted')) {
      terminal.note('Interrupted. What was started goes on.')
      return 130
    }
    const failure = failureOf(error)
    if (call.typed.includes('--json'))
      call.streams.stderr.write(`${JSON.stringify(failure.document)}\n`)
    else terminal.note(failure.text)
    return failure.exitCode
  }
}

async function runTyped(call: Call, config: Config, terminal: Terminal): Promise<number> {
  const { typed } = call
  if (typed[0] === COMPLETE_WORD) {
    const context = contextOf(call, config, terminal, {})
    terminal.print((await complete(context, typed.slice(1), COMMANDS)).join('\n'))
    return 0
  }
  const parsed = parseCommandLine(typed, COMMANDS)
  if (parsed.kind === 'help') {
    terminal.print(presentHelp(parsed.about, COMMANDS))
    return 0
  }
  const { color } = parsed.common
  if (color !== undefined && !['always', 'never', 'auto'].includes(color)) {
    throw new UsageRefusal(`--color takes always, never or auto, not "${color}".`)
  }
  const context = contextOf(call, config, terminal, parsed.common)
  const { command, input, flags } = parsed
  try {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the parser gives a command what it declares
    return await command.run(context, input as never, flags as never)
  } catch (error) {
    throw asTyped(error, command)
  }
}

function contextOf(
  call: Call,
  config: Config,
  terminal: Terminal,
  common: Partial<Common>,
): Context {
  const sessions = createSessionStore(config.configFolder)
  const server = common.server ?? config.server
  const token = common.token ?? config.token
  return {
    terminal,
    config,
    sessions,
    cwd: config.typedIn ?? call.cwd,
    json: common.json ?? false,
    yes: common.yes ?? false,
    quiet: common.quiet ?? false,
    project: common.project ?? config.project,
    server,
    token,
    signal: call.signal,
    now: () => Date.now(),
    zone: Temporal.Now.timeZoneId(),
    connect: () => connect(sessions, { server, token }),
  }
}

/** Before the line is parsed: what is wrong with it is shown in the right colours, too. */
function colourFlag(typed: readonly string[]): string | undefined {
  const at = typed.indexOf('--color')
  if (at >= 0) return typed[at + 1]
  return typed.find((word) => word.startsWith('--color='))?.slice('--color='.length)
}
