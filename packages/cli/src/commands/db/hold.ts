import { command } from '../../command/command.ts'
import { runDatabaseProgram } from './database-program.ts'

export const holdDatabase = command({
  words: 'db hold',
  arguments: { why: { shown: 'WHY' } },
  summary: 'Let nothing go out of a database that was restored by other tools',
  examples: [
    'DATABASE_URL=postgres://… lockstep db hold "restored from Monday"',
    'lockstep db hold "a copy to look at"',
  ],
  run: (context, { why }) => runDatabaseProgram(context, ['hold', why]),
})
