export { runAgent } from './run-agent.ts'
export type { RunOptions } from './run-agent.ts'
export { supervise } from './exec/supervise.ts'
