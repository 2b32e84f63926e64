export * from './client.ts'
export * from './follow.ts'
export * from './refused.ts'
export * from './session.ts'
