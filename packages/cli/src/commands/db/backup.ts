import { command } from '../../command/command.ts'
import { runDatabaseProgram } from './database-program.ts'

export const backUp = command({
  words: 'db backup',
  arguments: { folder: { shown: 'FOLDER' } },
  summary: 'Copy the embedded database and its objects while the server runs',
  examples: [
    'lockstep db backup /backups/2026-11-23',
    'LOCKSTEP_DATA=/var/lib/lockstep lockstep db backup /backups/2026-11-23',
  ],
  run: (context, { folder }) => runDatabaseProgram(context, ['backup', folder]),
})
