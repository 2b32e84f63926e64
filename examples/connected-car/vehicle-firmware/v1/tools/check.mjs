// node --experimental-vm-modules tools/check.mjs FILE…: says where a file is no program. Nothing of them is executed.
import { readFileSync } from 'node:fs'
import { SourceTextModule } from 'node:vm'

for (const file of process.argv.slice(2)) {
  try {
    new SourceTextModule(readFileSync(file, 'utf8'), { identifier: file })
  } catch (error) {
    process.stderr.write(`${error.stack.split('\n    at ')[0]}\n`)
    process.exitCode = 1
  }
}
