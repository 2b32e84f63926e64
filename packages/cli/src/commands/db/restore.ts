import { command } from '../../command/command.ts'
import { runDatabaseProgram } from './database-program.ts'

export const restoreBackup = command({
  words: 'db restore',
  arguments: { folder: { shown: 'FOLDER' } },
  summary: 'Put a backup into an empty data folder; it replaces nothing',
  examples: [
    'LOCKSTEP_DATA=./restored lockstep db restore /backups/2026-11-23',
    'LOCKSTEP_DATA=/var/lib/lockstep lockstep db restore /backups/2026-11-23',
  ],
  run: (context, { folder }) => runDatabaseProgram(context, ['restore', folder]),
})
