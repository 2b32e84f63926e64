import { command } from '../../command/command.ts'
import { runServerProgram } from './server-program.ts'

export const start = command({
  words: 'start',
  summary: 'Start the server here, as npm start does; it prints where it is ready',
  examples: ['lockstep start', 'LOCKSTEP_PORT=4601 lockstep start'],
  run: (context) => runServerProgram(context, 'main.ts'),
})
