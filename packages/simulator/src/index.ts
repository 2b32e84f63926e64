export * from './behaviour.ts'
export * from './chance.ts'
export * from './log-text.ts'
export * from './simulated-agent.ts'
