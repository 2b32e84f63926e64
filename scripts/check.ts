// npm run check
import { checkSteps } from './check-steps.ts'
import { runSteps } from './step.ts'

await runSteps([checkSteps()])
