export * from './state-table.ts'
