// Commands on the host, and commands in a checked-out commit whose files and reports are taken out afterwards.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { WorkMessage } from '@lockstep/contract/agent'
import { gitEnv, planSource } from '../steps/source-commands.ts'
import type { Source } from '../steps/source-commands.ts'
import { collectResults } from './collect-results.ts'
import { nameProcess } from './process-name.ts'
import { runCommand } from './run-command.ts'
import type { Command, CommandEnd } from './run-command.ts'
import { stoppedEnding } from './work-run.ts'
import type { WorkEnding, WorkRun } from './work-run.ts'

type HostWork = Extract<WorkMessage, { kind: 'command' | 'script' }>
type SourceWork = Extract<WorkMessage, { kind: 'source_command' }>

/** Runs a command or a script where the host's files are. */
export async function runOnHost(run: WorkRun, work: HostWork): Promise<WorkEnding> {
  const argv = work.kind === 'command' ? work.argv : ['/bin/sh', writeScript(run, work.text)]
  return endingOf(run, await start(run, { argv, env: run.env, cwd: run.launch.hostRoot }))
}

/** Checks out the commit, if there is one, runs the command in it, and takes out what it made. */
export async function runWithSource(run: WorkRun, work: SourceWork): Promise<WorkEnding> {
  const folder = join(run.folder.work, 'source')
  if (work.source === null) {
    mkdirSync(folder, { recursive: true })
  } else {
    const refused = await checkOut(run, work.source, folder)
    if (refused !== undefined) return refused
  }
  const ending = endingOf(run, await start(run, { argv: work.argv, env: run.env, cwd: folder }))
  // Reports of failed tests are what people look for; artifacts of a failed build are nothing.
  return collectResults(run, work, folder, ending)
}

async function checkOut(
  run: WorkRun,
  source: Source,
  folder: string,
): Promise<WorkEnding | undefined> {
  await run.spool.note(`fetching ${source.commit.slice(0, 12)} from ${source.repository}`)
  const commands = planSource(source, folder)
  const env = { ...run.env, ...gitEnv(source) }
  const git = (argv: readonly string[]) => start(run, { argv, env, cwd: run.folder.work })
  for (const argv of commands.begin) {
    const end = await git(argv)
    if (!isSuccess(end)) return fetchEnding(run, end)
  }
  let fetched = await git(commands.fetchCommit)
  if (fetched.kind === 'exited' && fetched.code !== 0) {
    await run.spool.note('the server does not give out single commits; fetching all branches')
    fetched = await git(commands.fetchAll)
  }
  if (!isSuccess(fetched)) return fetchEnding(run, fetched)
  const checkedOut = await git(commands.checkOut)
  return isSuccess(checkedOut) ? undefined : fetchEnding(run, checkedOut)
}

/** Without its source a command could not be run: that is not the same as a command that failed. */
function fetchEnding(run: WorkRun, end: CommandEnd): WorkEnding {
  const ending = endingOf(run, end)
  if (ending.outcome === 'aborted') return ending
  return {
    outcome: 'errored',
    exitCode: null,
    reason: `The commit could not be fetched. ${ending.reason ?? ''}`.trim(),
  }
}

async function start(run: WorkRun, command: Command): Promise<CommandEnd> {
  const { folder, spool, limits } = run
  const { job, fence, parameters } = run.launch.envelope
  const stdin = join(folder.path, 'parameters.json')
  writeFileSync(stdin, JSON.stringify(parameters), { mode: 0o600 })
  limits.noteOutput()
  const [program = ''] = command.argv
  const recorded: Promise<void>[] = []
  const end = await runCommand(
    {
      spool,
      limits,
      mark: `${job}.${fence}`,
      stdin,
      pipe: join(folder.path, 'pipe'),
      onSpawn(pid) {
        const name = nameProcess(pid)
        if (name !== undefined) recorded.push(run.record({ type: 'spawned', program, ...name }))
      },
    },
    command,
  )
  await Promise.all(recorded)
  return end
}

function isSuccess(end: CommandEnd): boolean {
  return end.kind === 'exited' && end.code === 0
}

function endingOf(run: WorkRun, end: CommandEnd): WorkEnding {
  switch (end.kind) {
    case 'exited':
      return end.code === 0
        ? { outcome: 'succeeded', exitCode: 0, reason: null }
        : { outcome: 'failed', exitCode: end.code, reason: `It ended with exit code ${end.code}.` }
    case 'signalled':
      return { outcome: 'failed', exitCode: null, reason: `It was ended by ${end.signal}.` }
    case 'not_started':
      return { outcome: 'errored', exitCode: null, reason: end.reason }
    case 'stopped':
      return stoppedEnding(run)
  }
}

function writeScript(run: WorkRun, text: string): string {
  const path = join(run.folder.work, 'script')
  writeFileSync(path, text, { mode: 0o700 })
  return path
}
