// PostgreSQL refuses to run as root: chooses who it runs as, and gives that account its folders.
import { chmod, mkdir, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { EmbeddedPostgresFault } from './fault.ts'
import { runProgram } from './run-program.ts'
import type { PostgresBinaries } from './binaries.ts'

const NOBODY = 65_534

/** Words to put before a command, and the owner that its files need (undefined: whoever runs this). */
export type Account = { readonly prefix: readonly string[]; readonly uid: number | undefined }

const OWN: Account = { prefix: [], uid: undefined }
/** Root outside, nobody inside: files stay root's, so a data folder below a 0700 home can be reached. */
const MAPPED: Account = {
  prefix: ['unshare', '--user', `--map-user=${NOBODY}`, `--map-group=${NOBODY}`],
  uid: 0,
}
const SWITCHED: Account = {
  prefix: ['setpriv', `--reuid=${NOBODY}`, `--regid=${NOBODY}`, '--clear-groups'],
  uid: NOBODY,
}

/**
 * The account under which the programs start and reach `pgDir`: this one, unless it is root. Throws an
 * EmbeddedPostgresFault when root may neither make a user namespace nor let another user reach both.
 */
export async function chooseAccount(
  binaries: PostgresBinaries,
  folders: { dataDir: string; pgDir: string },
): Promise<Account> {
  if (process.getuid?.() !== 0) return OWN
  if (await canRun(MAPPED, binaries, folders.pgDir)) return MAPPED
  // Others may pass through the data folder to what is theirs, and see nothing else in it.
  const { mode } = await stat(folders.dataDir)
  await chmod(folders.dataDir, mode | 0o011)
  if (await canRun(SWITCHED, binaries, folders.pgDir)) return SWITCHED
  await chmod(folders.dataDir, mode)
  throw new EmbeddedPostgresFault(
    'embedded_database_unreachable',
    `PostgreSQL does not run as root, user namespaces are refused here (${MAPPED.prefix.join(' ')}), and user ${NOBODY} ` +
      `cannot reach ${folders.dataDir} and ${dirname(binaries.postgres)}. Start Lockstep as an ordinary user, or set LOCKSTEP_DATA ` +
      'and PG_BIN to folders that every user may pass through (for example /var/lib/lockstep), or set DATABASE_URL to a running PostgreSQL.',
  )
}

async function canRun(
  account: Account,
  binaries: PostgresBinaries,
  pgDir: string,
): Promise<boolean> {
  const { env } = binaries
  const started = await runProgram([...account.prefix, binaries.postgres, '--version'], { env })
  if (started.exitCode !== 0) return false
  await giveFolder(pgDir, account)
  const reached = await runProgram([...account.prefix, 'test', '-w', pgDir], { env })
  return reached.exitCode === 0
}

/** The folder exists, with mode 0700 when it is new, and it and all in it belong to the account. */
export async function giveFolder(folder: string, account: Account): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  if (account.uid === undefined || (await stat(folder)).uid === account.uid) return
  const { exitCode, output } = await runProgram([
    'chown',
    '--recursive',
    `${account.uid}:${account.uid}`,
    folder,
  ])
  if (exitCode !== 0) {
    throw new EmbeddedPostgresFault(
      'embedded_database_unreachable',
      `${folder} cannot be given to user ${account.uid}: ${output}`,
    )
  }
}
