// What keeps demos of one machine apart, and leaves nothing of them behind.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { after, suite, test } from 'node:test'
import { HOSTS, PORT_COUNT, PORT_OFFSETS, variablesOf } from './demo/hosts.ts'
import { endOwnPrograms, listOwnPrograms } from './demo/own-programs.ts'
import { takePortBlock } from './demo/port-block.ts'
import { takeWorkFolder } from './demo/work-folder.ts'

const around = mkdtempSync(join(tmpdir(), 'demo scene '))
after(() => rmSync(around, { recursive: true, force: true }))
const folder = (name: string): string => join(around, name)

suite('ports of a demo', () => {
  test('are in a block of its own while another demo has one', async () => {
    await using first = await takePortBlock(PORT_COUNT, PORT_OFFSETS)
    await using second = await takePortBlock(PORT_COUNT, PORT_OFFSETS)
    assert.ok(second.first >= first.first + PORT_COUNT)
  })

  test('are in another block while somebody listens on one of them', async () => {
    const free = await takePortBlock(PORT_COUNT, [235])
    await free[Symbol.asyncDispose]()
    const stranger = createServer().listen(free.first + 235, '127.0.0.1')
    await once(stranger, 'listening')
    await using block = await takePortBlock(PORT_COUNT, [235])
    assert.notEqual(block.first, free.first)
    stranger.close()
  })

  test('are each for one program only, and all in the block', () => {
    assert.equal(new Set(PORT_OFFSETS).size, PORT_OFFSETS.length)
    assert.ok(PORT_OFFSETS.every((offset) => offset < PORT_COUNT - 1))
  })

  test('are what hosts are told of each other', () => {
    const phone = HOSTS.find(({ name }) => name === 'prod-phone-1')
    assert.ok(phone !== undefined)
    assert.deepEqual(variablesOf(phone, 5000), {
      RELAY_URL: 'http://127.0.0.1:5204',
      OWNER_CAR: 'prod-car-1',
      PORT_BASE: '5250',
    })
  })
})

suite('the folder of a demo', () => {
  test('is emptied when an earlier demo has left it', async () => {
    await takeInAnotherProcess(folder('earlier'))
    writeFileSync(join(folder('earlier'), 'left'), '')
    await takeWorkFolder(folder('earlier'), 'demo')
    assert.equal(existsSync(join(folder('earlier'), 'left')), false)
  })

  test('is refused when it has files that no demo has made, and they stay', async () => {
    mkdirSync(folder('photos'))
    writeFileSync(join(folder('photos'), 'holiday.jpg'), '')
    await assert.rejects(takeWorkFolder(folder('photos'), 'demo'), /files that no demo has made/)
    assert.deepEqual(readdirSync(folder('photos')), ['holiday.jpg'])
  })

  test('is refused when it is a link to somewhere else', async () => {
    mkdirSync(folder('elsewhere'))
    symlinkSync(folder('elsewhere'), folder('link'))
    await assert.rejects(takeWorkFolder(folder('link'), 'demo'), /name an empty or a new one/)
  })

  test('is refused while another demo uses it, by its process', async () => {
    await takeWorkFolder(folder('busy'), 'demo')
    const said = await takeInAnotherProcess(folder('busy'))
    assert.match(said, new RegExp(`used by another demo, process ${process.pid}`))
  })
})

suite('programs of a demo', () => {
  test('are found by its folder and ended, also one that outlived who started it', async () => {
    const work = folder('with programs')
    mkdirSync(work)
    const program = spawn(process.execPath, ['--eval', 'setInterval(() => undefined, 1000)'], {
      env: { HOST_STATE: `${work}/hosts/car/programs` },
      stdio: 'ignore',
      detached: true,
    })
    const ended = once(program, 'exit')
    await once(program, 'spawn')
    assert.deepEqual(
      listOwnPrograms(work).map(({ pid }) => pid),
      [program.pid],
    )
    await endOwnPrograms(work)
    assert.deepEqual(await ended, [null, 'SIGTERM'])
    assert.deepEqual(listOwnPrograms(work), [])
  })
})

suite('chaos', () => {
  test('that is told to end ends what it has started first, and says so', async () => {
    const work = folder('chaos')
    const script = join(import.meta.dirname, '../../scripts/chaos.ts')
    const chaos = spawn(process.execPath, [script, '--work', work], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const lines: string[] = []
    for await (const line of createInterface({ input: chaos.stdout })) {
      lines.push(line)
      if (!line.startsWith('Lockstep is ready')) continue
      assert.notDeepEqual(listOwnPrograms(work), [])
      chaos.kill('SIGTERM')
    }
    if (chaos.exitCode === null) await once(chaos, 'exit')
    assert.equal(chaos.exitCode, 143)
    assert.equal(lines.at(-1), 'ended by SIGTERM; everything that it started is stopped')
    assert.deepEqual(listOwnPrograms(work), [])
  })
})

/** Takes the folder in a process that then ends; gives what it said. */
async function takeInAnotherProcess(wish: string): Promise<string> {
  const module = join(import.meta.dirname, 'demo/work-folder.ts')
  const code = `const { takeWorkFolder } = await import(${JSON.stringify(module)}); await takeWorkFolder(${JSON.stringify(wish)}, 'demo')`
  const child = spawn(process.execPath, ['--input-type=module', '--eval', code], {
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let said = ''
  child.stderr.on('data', (bytes) => (said += String(bytes)))
  await once(child, 'close')
  return said
}
