import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

import { command } from '../../command/command.ts'
import { Refusal } from '../../command/failure.ts'

/** The server is a program of its own beside this one; nothing of it is imported here. */
const SERVER = fileURLToPath(new URL('../../../../server/src/main.ts', import.meta.url))

export const start = command({
  words: 'start',
  summary: 'Start the server here, as npm start does; it prints where it is ready',
  examples: ['lockstep start', 'LOCKSTEP_PORT=4601 lockstep start'],
  async run({ config, signal, cwd }) {
    if (!existsSync(SERVER))
      throw new Refusal('the server is not installed beside this command line.')
    const child = spawn(process.execPath, [SERVER], {
      cwd,
      env: config.inherited,
      stdio: 'inherit',
    })
    // A terminal tells the child itself; a supervisor tells only us.
    signal.addEventListener('abort', () => child.kill('SIGTERM'), { once: true })
    await once(child, 'exit')
    return child.exitCode === 0 ? 0 : 1
  },
})
