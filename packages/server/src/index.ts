// The server as a part of another program.

export { compose } from './compose.ts'
