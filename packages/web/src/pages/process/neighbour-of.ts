import type { StepLayout } from './layout-steps.ts'

/** The step that an arrow key goes to: along the edges up and down, within a rank to the sides. */
export function neighbourOf(
  { steps, edges }: Pick<StepLayout, 'steps' | 'edges'>,
  name: string,
  key: string,
): string | undefined {
  switch (key) {
    case 'ArrowDown':
      return edges.find(({ from }) => from === name)?.to
    case 'ArrowUp':
      return edges.find(({ to }) => to === name)?.from
    case 'ArrowLeft':
    case 'ArrowRight': {
      const rank = steps.find((step) => step.name === name)?.y
      const beside = steps.filter(({ y }) => y === rank)
      const at = beside.findIndex((step) => step.name === name)
      return beside[key === 'ArrowLeft' ? at - 1 : at + 1]?.name
    }
    default:
      return undefined
  }
}
