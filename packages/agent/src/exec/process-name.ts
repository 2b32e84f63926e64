// A name for a process that stays its own: pids are used again, a pid with its start time and boot is not.
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { platform } from 'node:os'

/** Names one process for ever, also after it has ended and after the machine was restarted. */
export interface ProcessName {
  readonly pid: number
  readonly bootId: string
  readonly startTime: string
}

/** The name of a living process; undefined when there is none with this pid, or only its zombie. */
export function nameProcess(pid: number): ProcessName | undefined {
  const startTime = platform() === 'linux' ? startTimeByProc(pid) : startTimeByPs(pid)
  return startTime === undefined ? undefined : { pid, bootId: readBootId(), startTime }
}

/** Whether exactly this process still lives. */
export function isAlive(name: ProcessName): boolean {
  const now = nameProcess(name.pid)
  return now !== undefined && now.startTime === name.startTime && now.bootId === name.bootId
}

/** Another value after each start of the machine. */
export function readBootId(): string {
  if (platform() === 'linux') return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()
  return execFileSync('sysctl', ['-n', 'kern.bootsessionuuid'], { encoding: 'utf8' }).trim()
}

/** The fields of /proc/PID/stat behind the name of the program, which may itself contain spaces and brackets. */
export function readStatFields(pid: number | string): readonly string[] | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  } catch {
    return undefined // It ended between being listed and being read.
  }
}

export const STAT_FIELD = { state: 0, parent: 1, group: 2, session: 3, startTime: 19 } as const

function startTimeByProc(pid: number): string | undefined {
  const fields = readStatFields(pid)
  const state = fields?.[STAT_FIELD.state]
  return state === 'Z' || state === 'X' ? undefined : fields?.[STAT_FIELD.startTime]
}

function startTimeByPs(pid: number): string | undefined {
  try {
    const line = execFileSync('ps', ['-o', 'stat=,lstart=', '-p', String(pid)], {
      encoding: 'utf8',
    })
    const [state, ...start] = line.trim().split(/\s+/)
    return state?.startsWith('Z') === true ? undefined : start.join(' ')
  } catch {
    return undefined
  }
}
