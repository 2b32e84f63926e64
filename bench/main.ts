// npm run bench: measures, and writes bench/REPORT.md. With names, only those: npm run bench -- transitions idle
// With --quick everything that can is small: that it runs is seen, its figures mean nothing and are not kept.
import { writeFile } from 'node:fs/promises'
import { cpus, platform } from 'node:os'
import { agents } from './agents.ts'
import { startBenchServer } from './bench-server.ts'
import type { Benchmark, Figure } from './benchmark.ts'
import { growth } from './growth.ts'
import { idle } from './idle.ts'
import { logs } from './logs.ts'
import { page } from './page.ts'
import { transitions } from './transitions.ts'

const BENCHMARKS: Readonly<Record<string, Benchmark>> = {
  transitions,
  idle,
  growth,
  agents,
  logs,
  page,
}
const REPORT = new URL('REPORT.md', import.meta.url)

const words = process.argv.slice(2)
const isQuick = words.includes('--quick')
const named = words.filter((word) => word !== '--quick')
const wanted = named.length > 0 ? named : Object.keys(BENCHMARKS)
const unknown = wanted.filter((name) => BENCHMARKS[name] === undefined)
if (unknown.length > 0) {
  process.stderr.write(`npm run bench -- [--quick] ${Object.keys(BENCHMARKS).join(' | ')}\n`)
  process.exitCode = 2
} else {
  await runBenchmarks(wanted)
}

async function runBenchmarks(names: readonly string[]): Promise<void> {
  await using server = await startBenchServer()
  const parts = [
    '# Benchmarks',
    '',
    `Measured by \`npm run bench\` on ${cpus().length} × ${cpus()[0]?.model ?? 'unknown processor'} (${platform()}), Node ${process.version}, ` +
      `PostgreSQL ${server.version} with its default settings: every commit waits for the disk. Server, database and load share the machine.`,
  ]
  let isMet = true
  for (const name of names) {
    const benchmark = BENCHMARKS[name]
    if (benchmark === undefined) continue
    process.stdout.write(`${name} …\n`)
    const figures = await benchmark.run(server, { isQuick })
    const table = present(figures)
    process.stdout.write(`${table}\n\n`)
    parts.push('', `## ${name}`, '', `${benchmark.title}.`, '', table)
    isMet &&= figures.every(({ target }) => target?.isMet !== false)
  }
  if (isQuick) return
  if (names.length === Object.keys(BENCHMARKS).length)
    await writeFile(REPORT, `${parts.join('\n')}\n`)
  if (!isMet) process.exitCode = 1
}

function present(figures: readonly Figure[]): string {
  const rows = figures.map(({ what, value, target }) => {
    const verdict = target === undefined ? '' : target.isMet ? 'met' : '**missed**'
    return `| ${what} | ${value} | ${target?.wanted ?? ''} | ${verdict} |`
  })
  return ['| what | figure | wanted | |', '|---|---|---|---|', ...rows].join('\n')
}
