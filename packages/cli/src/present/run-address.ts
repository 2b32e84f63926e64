import type { Run, Stage, Task } from '../documents.ts'

/** `connected-car-2.0/7/staging/car-to-phone`: an address that can be typed. */
export function pathFrom(run: Pick<Run, 'name' | 'number'>, stage: Stage, task: Task): string {
  return `${run.name}/${run.number}/${stage.name}/${task.key}`
}
