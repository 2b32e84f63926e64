export * from './state-table.ts'
export * from './occurrences.ts'
export * from './plans.ts'
export * from './gate-plan.ts'
