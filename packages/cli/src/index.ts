export { COMMANDS } from './command/catalogue.ts'
export { presentReference } from './command/reference.ts'
