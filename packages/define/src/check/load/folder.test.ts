import assert from 'node:assert/strict'
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { after, before, suite, test } from 'node:test'
import { fileURLToPath } from 'node:url'

import { checkDefinitions } from '../checks/check-definitions.ts'
import { evaluateTypescript } from './evaluation.ts'
import { loadFolder, loadYamlText, type Loaded } from './folder.ts'

const examples = fileURLToPath(new URL('../../../testing/', import.meta.url))

/** Kind, name and digest of every definition, in an order that files have no part in. */
function digests(loaded: Loaded): string[] {
  assert.deepEqual(loaded.mistakes, [])
  return loaded.definitions
    .map(({ definition, digest }) => `${definition.kind} ${definition.name} ${digest}`)
    .sort()
}

let folder = ''
before(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'lockstep-load-'))
})
after(() => rm(folder, { recursive: true }))

/** A repository of its own, outside of ours, with these files below `lockstep`. */
async function repository(
  name: string,
  files: Readonly<Record<string, string | Uint8Array>>,
): Promise<string> {
  const root = path.join(folder, name)
  await mkdir(path.join(root, '.git'), { recursive: true })
  await mkdir(path.join(root, 'lockstep'))
  await writeFile(
    path.join(root, 'lockstep/lockstep.json'),
    '{ "project": "car", "source": "car" }',
  )
  for (const [file, text] of Object.entries(files)) {
    await writeFile(path.join(root, 'lockstep', file), text)
  }
  return root
}

async function mistakesOf(
  name: string,
  files: Readonly<Record<string, string | Uint8Array>>,
): Promise<string[]> {
  const root = await repository(name, files)
  const loaded = await loadFolder(path.join(root, 'lockstep'), root)
  return loaded.mistakes.map(
    ({ code, file, line, message }) => `${code} ${file}:${line} ${message}`,
  )
}

suite('loadFolder', () => {
  test('TypeScript and YAML become the same definitions with the same digests', async () => {
    const typescript = await loadFolder(path.join(examples, 'mobile-app/lockstep'))
    const yaml = await loadFolder(path.join(examples, 'mobile-app-yaml/lockstep'))
    assert.equal(typescript.definitions.length, 4)
    assert.deepEqual(digests(typescript), digests(yaml))
  })

  test('the connected car has no mistakes', async () => {
    for (const name of ['vehicle-firmware', 'data-backend', 'mobile-app', 'connected-car']) {
      const loaded = await loadFolder(path.join(examples, name, 'lockstep'))
      assert.equal(loaded.definitions.length, 4, name)
      assert.deepEqual(loaded.mistakes, [])
      assert.deepEqual(checkDefinitions(loaded.definitions, { project: loaded.project }), [])
    }
  })

  test('a repository without its own copy of @lockstep/define uses ours', async () => {
    const root = path.join(folder, 'without-copy')
    await cp(path.join(examples, 'vehicle-firmware'), root, { recursive: true })
    const own = await loadFolder(path.join(root, 'lockstep'), root)
    const theirs = await loadFolder(path.join(examples, 'vehicle-firmware/lockstep'))
    assert.deepEqual(digests(own), digests(theirs))
  })

  test('naming one’s own project is the same as leaving it out', () => {
    const text = (reference: string) => `pipeline: p
stages: [{ stage: s, tasks: [{ deploy: ${reference} }] }]`
    const own = { project: 'car', source: 'car' }
    assert.deepEqual(
      digests(loadYamlText(text('car/a'), own)),
      digests(loadYamlText(text('a'), own)),
    )
  })

  test('a place is found in a function, a loop and another file', async () => {
    const root = await repository('places', {
      'steps.ts': `import { command } from '@lockstep/define'
export const restart = (name: string) => command('restart', ['systemctl', 'restart', name], { timeout: '1x' as '1m' })`,
      'application.ts': `import { component, defineApplication, tier } from '@lockstep/define'
import { restart } from './steps.ts'
export const a = defineApplication('a', { tiers: [tier('t', [component('c', { hosts: { deploy: [restart('c')] } })])] })`,
    })
    const loaded = await loadFolder(path.join(root, 'lockstep'), root)
    const [mistake] = loaded.mistakes
    assert.deepEqual(
      [mistake?.file, mistake?.line, mistake?.column, mistake?.length],
      ['lockstep/steps.ts', 2, 104, 12],
    )
  })

  test('a folder without lockstep.json is told what belongs there', async () => {
    const root = path.join(folder, 'no-source')
    await mkdir(path.join(root, '.git'), { recursive: true })
    const loaded = await loadFolder(root, root)
    assert.deepEqual(
      loaded.mistakes.map((mistake) => mistake.code),
      ['file_not_readable'],
    )
  })
})

suite('the evaluation of TypeScript', () => {
  test('a file that does not parse or throws names its line', async () => {
    assert.deepEqual(await mistakesOf('throws', { 'a.ts': `\nthrow new Error('not today')` }), [
      'does_not_evaluate lockstep/a.ts:2 not today',
    ])
    const [broken] = await mistakesOf('broken', { 'a.ts': `export const a = 1\nexport const = 2` })
    assert.match(broken ?? '', /^does_not_evaluate lockstep\/a\.ts:2 /)
  })

  test('there is no clock and no chance', async () => {
    for (const [name, expression] of Object.entries({
      now: 'Date.now()',
      date: 'new Date()',
      random: 'Math.random()',
      uuid: 'crypto.randomUUID()',
      performance: 'performance.now()',
    })) {
      const found = await mistakesOf(`clock-${name}`, { 'a.ts': `export const a = ${expression}` })
      assert.match(
        found.join('\n'),
        /^does_not_evaluate lockstep\/a\.ts:1 Definitions have no (clock|randomness)/,
        name,
      )
    }
  })

  test('there are no variables, and files outside the repository cannot be read', async () => {
    const [variables] = await mistakesOf('variables', {
      'a.ts': 'throw new Error(JSON.stringify(process.env))',
    })
    assert.equal(variables, 'does_not_evaluate lockstep/a.ts:1 {}')
    const outside = path.join(folder, 'outside.txt')
    await writeFile(outside, 'secret')
    const [read] = await mistakesOf('reads', {
      'a.ts': `import { readFileSync } from 'node:fs'\nthrow new Error(readFileSync(${JSON.stringify(outside)}, 'utf8'))`,
    })
    assert.match(read ?? '', /Access to this API has been restricted/)
    const [write] = await mistakesOf('writes', {
      'a.ts': `import { writeFileSync } from 'node:fs'\nwriteFileSync('x', 'x')`,
    })
    assert.match(write ?? '', /Access to this API has been restricted/)
  })

  test('there is no network and no other process', async () => {
    let connections = 0
    const server = createServer(() => connections++).listen(0, '127.0.0.1')
    await new Promise((resolve) => server.once('listening', resolve))
    const address = server.address()
    const port = typeof address === 'object' && address !== null ? address.port : 0
    const [network] = await mistakesOf('network', {
      'a.ts': `import { connect } from 'node:net'
await new Promise((resolve, reject) => connect(${port}, '127.0.0.1').on('connect', resolve).on('error', reject))`,
    })
    server.close()
    assert.match(network ?? '', /^does_not_evaluate .*restricted/)
    assert.equal(connections, 0)
    const [spawned] = await mistakesOf('spawns', {
      'a.ts': `import { execFileSync } from 'node:child_process'\nexecFileSync('true')`,
    })
    assert.match(spawned ?? '', /^does_not_evaluate .*restricted/)
  })

  test('a loop without an end is stopped by the time that it computes, not by that which passes', async () => {
    const root = await repository('endless', { 'a.ts': 'for (;;) {}' })
    const loop = await evaluateTypescript([path.join(root, 'lockstep/a.ts')], root, {
      computingS: 1,
      wholeMs: 600_000,
    })
    assert.deepEqual(loop, {
      ok: false,
      reason: 'too_long',
      message:
        'The definitions computed for more than 1 s and were stopped. Is there a loop without an end?',
    })
  })

  test('an evaluation that waits for ever is stopped, too', async () => {
    const root = await repository('waiting', {
      'a.ts': 'Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)',
    })
    const waiting = await evaluateTypescript([path.join(root, 'lockstep/a.ts')], root, {
      computingS: 10,
      wholeMs: 500,
    })
    assert.deepEqual(waiting, {
      ok: false,
      reason: 'too_long',
      message:
        'The definitions were not evaluated within 0.5 s. They wait for something, or this machine is very busy.',
    })
  })

  test('memory without end is refused', async () => {
    const [found] = await mistakesOf('memory', {
      'a.ts': `const kept: number[][] = []\nfor (;;) kept.push(Array.from({ length: 100_000 }, (_, i) => i))`,
    })
    assert.match(found ?? '', /^evaluation_too_large /)
  })

  test('a definition that is no data is refused', async () => {
    const found = await mistakesOf('no-data', {
      'a.ts': `import { definePipeline, stage, test } from '@lockstep/define'
export const p = definePipeline('p', { stages: [stage('s', { tasks: [test('t', { run: ['t'], env: { A: (() => 1) as never } })] })] })`,
    })
    assert.deepEqual(found, [
      'does_not_evaluate lockstep/a.ts:1 stages.0.tasks.0.env.A is a function, which is not data',
    ])
  })
})

// ATK-75
suite('files that attack the parser', () => {
  const own = { project: 'car', source: 'car' }
  const bomb = `a: &a [x,x,x,x]\nb: &b [*a,*a,*a,*a]\nc: [*b,*b,*b,*b]`
  const attacks: Readonly<Record<string, readonly [string, string]>> = {
    'alias bomb': ['yaml_anchor', bomb],
    alias: ['yaml_alias', 'a: *x'],
    'merge key': ['yaml_merge_key', 'a: { <<: { b: 1 } }'],
    'merge bomb': ['yaml_merge_key', 'a:\n  <<: [{ a: 1 }, { b: 2 }]'],
    recursion: ['yaml_anchor', 'a: &a [*a]'],
    'nesting 100,000': ['too_deep', '['.repeat(100_000)],
    'block nesting': [
      'too_deep',
      Array.from({ length: 200 }, (_, level) => `${' '.repeat(level)}a:`).join('\n'),
    ],
    '10 MB scalar': ['file_too_large', `a: "${'x'.repeat(10_000_000)}"`],
    'duplicate keys': ['duplicate_key', 'pipeline: p\npipeline: q'],
    'duplicate keys, one escaped': ['duplicate_key', '"pipeline": p\n"pipelin\\u0065": q'],
    'a function': ['yaml_tag', 'a: !!js/function "function () {}"'],
    'a custom tag': ['yaml_tag', 'a: !thing 1'],
    NUL: ['file_not_utf8', 'a: "\u0000"'],
    'escaped NUL': ['wrong_value', 'pipeline: "\\0"'],
    'byte order mark': ['file_not_utf8', '\ufeffpipeline: p'],
    tabs: ['yaml_not_readable', 'a:\n\tb: 1'],
    '1,000 documents': ['too_many', '---\na: 1\n'.repeat(1_000)],
    '20,000 flat keys': [
      'unknown_kind',
      Array.from({ length: 20_000 }, (_, key) => `k${key}: 1`).join('\n'),
    ],
    '50,001 values': ['too_large', `a: [${'1,'.repeat(50_001)}1]`],
    prototype: ['forbidden_key', 'environment: e\n__proto__: { polluted: true }'],
    directive: ['yaml_tag', '%TAG ! tag:x,2000:\n---\na: 1'],
    'a list': ['wrong_type', '- a'],
  }
  for (const [attack, [code, text]] of Object.entries(attacks)) {
    test(`${attack} is refused in less than 200 ms`, () => {
      // Time of this process, not of the clock: other work on the machine is not ours.
      const started = process.cpuUsage()
      const loaded = loadYamlText(text, own)
      const tookMs = process.cpuUsage(started).user / 1_000
      assert.deepEqual(
        loaded.mistakes.map((mistake) => mistake.code),
        [code],
      )
      assert.deepEqual(loaded.definitions, [])
      assert.ok(tookMs < 200, `took ${tookMs} ms`)
      assert.equal(Reflect.get({}, 'polluted'), undefined)
    })
  }

  test('5,000 brackets, five times, leave this process alive', () => {
    for (let time = 0; time < 5; time++) {
      assert.deepEqual(
        loadYamlText('['.repeat(5_000), own).mistakes.map((mistake) => mistake.code),
        ['too_deep'],
      )
    }
  })

  test('a file that is not UTF-8 is refused, in either notation', async () => {
    const bytes = new Uint8Array([0x61, 0x3a, 0x20, 0xff, 0xfe])
    const found = await mistakesOf('not-utf8', { 'a.yaml': bytes, 'b.ts': bytes })
    assert.deepEqual(found, [
      'file_not_utf8 lockstep/a.yaml:1 This file is not UTF-8 text.',
      'file_not_utf8 lockstep/b.ts:1 This file is not UTF-8 text.',
    ])
  })

  test('a definition that is nested too deep is refused with its place', () => {
    const group = (level: number): string =>
      level === 0 ? '{ test: t, run: [t] }' : `{ oneAfterAnother: g, tasks: [${group(level - 1)}] }`
    const loaded = loadYamlText(`pipeline: p\nstages: [{ stage: s, tasks: [${group(16)}] }]`, own)
    assert.deepEqual(
      loaded.mistakes.map((mistake) => mistake.code),
      ['too_deep'],
    )
  })
})
