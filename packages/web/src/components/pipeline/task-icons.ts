import {
  Bell,
  Boxes,
  Camera,
  FlaskConical,
  Hammer,
  Hand,
  Hourglass,
  Rocket,
  SquareTerminal,
  Undo2,
  Waypoints,
  type LucideIcon,
} from 'lucide-react'

/** What a task does, at a glance. */
export const TASK_ICONS: Readonly<Record<string, LucideIcon>> = {
  build: Hammer,
  test: FlaskConical,
  command: SquareTerminal,
  snapshot: Camera,
  deploy: Rocket,
  prepare: Boxes,
  rollback: Undo2,
  run_process: Boxes,
  run_pipeline: Waypoints,
  manual: Hand,
  notify: Bell,
  wait_for: Hourglass,
  wait: Hourglass,
}
