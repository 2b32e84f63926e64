import { command } from '../../command/command.ts'
import { runDatabaseProgram } from './database-program.ts'

export const checkDatabase = command({
  words: 'db check',
  arguments: { folder: { shown: 'FOLDER', optional: true } },
  summary: 'Read everything of a backup, or of the running database: log, promises, objects',
  examples: ['lockstep db check', 'lockstep db check /backups/2026-11-23'],
  run: (context, { folder }) =>
    runDatabaseProgram(context, folder === undefined ? ['check'] : ['check', folder]),
})
