// node tools/pack.mjs: checks the sources and writes dist/COMPONENT.tar.gz for each component of
// components.json. The same input gives the same bytes: names are sorted; times and owners are zero.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'

const version = readFileSync('VERSION', 'utf8').trim()
const components = JSON.parse(readFileSync('components.json', 'utf8'))

/** The files at and below a path, without tests. */
function filesAt(path) {
  if (!statSync(path).isDirectory()) return [path]
  return readdirSync(path)
    .flatMap((name) => filesAt(`${path}/${name}`))
    .filter((file) => !file.endsWith('.test.js'))
}

function run(command, args) {
  const { status, error } = spawnSync(command, args, { stdio: 'inherit' })
  if (status !== 0)
    throw new Error(`${command} ${args.join(' ')}: ${error?.message ?? `exit ${status}`}`)
}

/** One entry of a tar archive in the ustar form: a header of 512 bytes and the content, filled up with zeros. */
function tarEntry(path, content) {
  const cut = path.length <= 100 ? -1 : path.indexOf('/', path.length - 101)
  const [prefix, name] = cut < 0 ? ['', path] : [path.slice(0, cut), path.slice(cut + 1)]
  if (name.length > 100 || prefix.length > 155)
    throw new Error(`${path} is too long for an archive`)
  const octal = (value, width) => `${value.toString(8).padStart(width - 1, '0')}\0`
  const header = Buffer.alloc(512)
  const put = (text, at) => header.write(text, at, 'latin1')
  put(name, 0)
  put(octal(0o644, 8), 100)
  put(octal(0, 8), 108)
  put(octal(0, 8), 116)
  put(octal(content.length, 12), 124)
  put(octal(0, 12), 136)
  put('        ', 148)
  put('0', 156)
  put('ustar\x0000', 257)
  put(prefix, 345)
  put(
    `${header
      .reduce((sum, byte) => sum + byte, 0)
      .toString(8)
      .padStart(6, '0')}\0 `,
    148,
  )
  return Buffer.concat([header, content, Buffer.alloc((512 - (content.length % 512)) % 512)])
}

function archive(files) {
  const entries = [...files]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([path, content]) => tarEntry(path, content))
  const bytes = gzipSync(Buffer.concat([...entries, Buffer.alloc(1024)]), { level: 9 })
  bytes[9] = 255 // the gzip header otherwise names the system that packed
  return bytes
}

const sources = ['src', 'run'].flatMap(filesAt).filter((path) => path.endsWith('.js'))
const check = ['--no-warnings', '--experimental-vm-modules', 'tools/check.mjs']
run(process.execPath, [...check, ...sources])
if (Object.values(components).some(({ packages }) => packages)) {
  run('npm', [
    'install',
    '--offline',
    '--ignore-scripts',
    '--no-package-lock',
    '--no-audit',
    '--no-fund',
    '--loglevel=error',
    '--cache=.npm-cache',
  ])
}

rmSync('dist', { recursive: true, force: true })
mkdirSync('dist')
for (const [name, { main, portOffset, files, packages = [] }] of Object.entries(components)) {
  const description = { name, version, type: 'module', main, portOffset }
  const content = new Map([
    ['package.json', Buffer.from(`${JSON.stringify(description, null, 2)}\n`)],
  ])
  const paths = [...files, 'VERSION', ...packages.map((each) => `node_modules/${each}`)].flatMap(
    filesAt,
  )
  for (const path of paths) content.set(path, readFileSync(path))
  const bytes = archive(content)
  writeFileSync(`dist/${name}.tar.gz`, bytes)
  const digest = createHash('sha256').update(bytes).digest('hex')
  process.stdout.write(`${name} ${version}  ${bytes.length} bytes  sha256:${digest}\n`)
}
