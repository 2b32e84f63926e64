import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { suite, test } from 'node:test'
import { fileURLToPath } from 'node:url'

import type { Known } from '../checks/known.ts'
import { presentKnownTypes, readKnownTypes } from './present-known.ts'

const known: Known = {
  project: 'connected-car',
  applications: {
    'mobile/mobile-app': { tiers: { phone: ['store'], relay: ['hosts'] } },
    'embedded/vehicle-firmware': { tiers: { car: ['hosts', 'fleet'] } },
  },
  pipelines: { 'connected-car/connected-car': {}, 'embedded/vehicle-firmware': {} },
  groups: { qa: { members: 2 }, 'release-managers': { members: 3 } },
  secrets: ['store-key'],
}

const definePackage = fileURLToPath(new URL('../../../', import.meta.url))
// The door of the package names the compiler in its "bin".
const compiler = path.join(
  path.dirname(createRequire(import.meta.url).resolve('typescript/package.json')),
  'bin/tsc',
)

/** What the compiler says about these lines when it knows these names. */
async function compile(lines: string): Promise<string[]> {
  const folder = await mkdtemp(path.join(tmpdir(), 'lockstep-known-'))
  await mkdir(path.join(folder, 'node_modules/@lockstep'), { recursive: true })
  await symlink(definePackage, path.join(folder, 'node_modules/@lockstep/define'))
  await writeFile(path.join(folder, 'known.d.ts'), presentKnownTypes(known))
  await writeFile(
    path.join(folder, 'a.ts'),
    `import { application, defineEnvironment, fleet, cel, group, hosts, pipeline, secret, tierMap } from '@lockstep/define'\n${lines}`,
  )
  const options = [
    '--noEmit',
    '--strict',
    '--exactOptionalPropertyTypes',
    '--skipLibCheck',
    '--module',
    'nodenext',
    '--target',
    'es2024',
    '--allowImportingTsExtensions',
    '--types',
    '',
  ]
  const child = spawn(process.execPath, [compiler, ...options, 'a.ts', 'known.d.ts'], {
    cwd: folder,
  })
  let output = ''
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()))
  await new Promise((resolve) => child.on('close', resolve))
  await rm(folder, { recursive: true })
  return output.split('\n').filter((line) => line !== '')
}

suite('presentKnownTypes', () => {
  test('the same names give the same text, in order', () => {
    assert.equal(
      presentKnownTypes(known),
      `// Written by lockstep types. Commit it: it is what your definitions may refer to, checked without a server.
import '@lockstep/define'

declare module '@lockstep/define' {
  interface Known {
    applications: {
      "embedded/vehicle-firmware": { "car": "hosts" | "fleet" }
      "mobile/mobile-app": { "phone": "store"; "relay": "hosts" }
    }
    pipelines: {
      "connected-car": true
      "connected-car/connected-car": true
      "embedded/vehicle-firmware": true
    }
    groups: {
      "qa": true
      "release-managers": true
    }
    secrets: {
      "store-key": true
    }
  }
}
`,
    )
  })

  test('names that are known compile', async () => {
    const lines = `
export const e = defineEnvironment('e', {
  tiers: [fleet('cars', { where: cel\`true\` })],
  receives: [tierMap(application('embedded/vehicle-firmware'), { car: 'cars' })],
})
export const known = [pipeline('connected-car'), group('qa'), secret('store-key')]`
    assert.deepEqual(await compile(lines), [])
  })

  test('an application, pipeline, group or secret that does not exist is refused by the compiler, like a wrong tier', async () => {
    const lines = `
application('embedded/vehicle-firmwear')
pipeline('mobile/mobile-app')
group('release-manager')
secret('store-kye')
defineEnvironment('e', { tiers: [hosts('cars', { label: 'x' })], receives: [tierMap(application('mobile/mobile-app'), { phone: 'cars', relay: 'cars' })] })
defineEnvironment('e', { tiers: [hosts('cars', { label: 'x' })], receives: [tierMap(application('embedded/vehicle-firmware'), { cra: 'cars' })] })`
    const refused = (await compile(lines))
      .filter((line) => line.startsWith('a.ts'))
      .map((line) => /^a\.ts\((\d+),/.exec(line)?.[1])
    assert.deepEqual([...new Set(refused)], ['3', '4', '5', '6', '7', '8'])
  })
})

suite('readKnownTypes', () => {
  test('a file says to checks what it says to the compiler', () => {
    assert.deepEqual(readKnownTypes(presentKnownTypes(known), 'connected-car'), {
      project: 'connected-car',
      applications: known.applications,
      pipelines: known.pipelines,
      groups: { qa: {}, 'release-managers': {} },
      secrets: ['store-key'],
    })
  })

  test('what is not written is not known', () => {
    assert.deepEqual(readKnownTypes(presentKnownTypes({ project: 'p' }), 'p'), { project: 'p' })
  })
})
