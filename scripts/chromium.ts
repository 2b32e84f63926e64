// The Chromium of the system, in which tests, demo and benchmarks look at the page.

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { accessSync, constants } from 'node:fs'

/** The package of Debian: without windows, so that a page takes a third less of the processor. */
const PACKAGE = 'chromium-headless-shell'
const PLACES = [
  `/usr/bin/${PACKAGE}`,
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
]
const APT_GET = '/usr/bin/apt-get'

/** How somebody gets it who has none. */
export const HOW_TO_GET_CHROMIUM = `apt-get install ${PACKAGE}`

/** What Chromium is started with: root cannot make its sandbox, and nothing is asked of others on the network. */
export const CHROMIUM_ARGS: readonly string[] = [
  ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
  '--disable-gpu',
  '--disable-dev-shm-usage',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
]

/** Where Chromium is; undefined when there is none. */
export function findChromium(): string | undefined {
  return PLACES.find(isProgram)
}

/** Where Chromium is, installed first where root has apt-get; undefined when there is still none. The signal ends it. */
export async function findOrInstallChromium(
  say: (line: string) => void,
  signal: AbortSignal,
): Promise<string | undefined> {
  if (findChromium() === undefined && process.getuid?.() === 0 && isProgram(APT_GET)) {
    say('Installing Chromium, to look at the page (once) …')
    await aptGet(['update', '-qq'], signal)
    await aptGet(['install', '-y', '-qq', '--no-install-recommends', PACKAGE], signal)
  }
  return findChromium()
}

/** Whether it worked shows in what is there afterwards. */
async function aptGet(args: readonly string[], signal: AbortSignal): Promise<void> {
  const child = spawn(APT_GET, ['-o', 'DPkg::Lock::Timeout=300', ...args], {
    stdio: 'ignore',
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    signal,
  })
  await once(child, 'close').catch(() => undefined)
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}
