// A disk that is soon full: a tmpfs that only one mount namespace has, and that goes away with it.

import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, statfsSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { isCi } from './config.ts'

const UNSHARE = ['--mount', '--propagation', 'private'] as const

/** A disk of a few megabytes. */
export interface SmallDisk extends AsyncDisposable {
  /** Where it is for programs that are started with `enter`. */
  readonly path: string
  /** The same folder for everybody else on this machine. */
  readonly outside: string
  /** What goes before the argument vector of a program that is to have the disk. */
  readonly enter: readonly [command: string, ...args: string[]]
  /** Takes all room that is left. */
  fill(): void
  /** Gives it back. */
  free(): void
}

/**
 * Why there can be no small disk here, as the reason of a skipped test; false where there can. In CI a test that cannot
 * have one fails instead.
 */
export function whyNoSmallDisk(): string | false {
  if (isCi()) return false
  if (process.getuid?.() !== 0) return 'a small disk can only be mounted by root'
  const tried = spawnSync('unshare', [...UNSHARE, 'true'], { encoding: 'utf8' })
  return tried.status === 0 ? false : `no mount namespace: ${tried.stderr || 'unshare is missing'}`
}

/** Mounts a disk of so many megabytes. */
export async function mountSmallDisk(megabytes: number): Promise<SmallDisk> {
  const path = mkdtempSync(join(tmpdir(), 'lockstep-small-disk-'))
  const script = `mount -t tmpfs -o mode=700,size=${megabytes}m tmpfs "$1" && echo mounted && exec cat`
  // It lives as long as its standard input, which ends with this process, whatever happens to it.
  const holder = spawn('unshare', [...UNSHARE, 'sh', '-c', script, 'sh', path], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const [said] = await Promise.race([once(holder.stdout, 'data'), once(holder, 'exit')])
  if (String(said) !== 'mounted\n') throw new Error('The small disk could not be mounted.')
  const outside = `/proc/${holder.pid}/root${path}`
  const ballast = join(outside, 'ballast')
  return {
    path,
    outside,
    enter: ['nsenter', `--mount=/proc/${holder.pid}/ns/mnt`, '--'],
    fill() {
      const { bavail, bsize } = statfsSync(outside)
      try {
        writeFileSync(ballast, Buffer.alloc(bavail * bsize + bsize), { flag: 'a' })
      } catch (error) {
        if (!(error instanceof Error && 'code' in error && error.code === 'ENOSPC')) throw error
      }
    },
    free: () => rmSync(ballast, { force: true }),
    async [Symbol.asyncDispose]() {
      holder.stdin.end()
      if (holder.exitCode === null) await once(holder, 'exit')
      rmSync(path, { recursive: true, force: true })
    },
  }
}
