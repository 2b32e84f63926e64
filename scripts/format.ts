// npm run fmt
import { join } from 'node:path'
import { runSteps } from './step.ts'

const oxfmt = join(import.meta.dirname, '..', 'node_modules', '.bin', 'oxfmt')
await runSteps([[{ name: 'format', command: [oxfmt, '.'] }]])
