// The places of the navigation. One that has no screen yet is left out by itself.

import {
  Activity,
  Boxes,
  FileCheck2,
  House,
  Layers,
  Rocket,
  Server,
  Settings,
  Waypoints,
  type LucideIcon,
} from 'lucide-react'
import { useRouter } from '@tanstack/react-router'

export interface NavigationPlace {
  readonly to: string
  readonly name: string
  readonly icon: LucideIcon
  readonly keys?: string
}

export const MAIN_PLACES: readonly NavigationPlace[] = [
  { to: '/', name: 'Home', icon: House, keys: 'g h' },
  { to: '/releases', name: 'Releases', icon: Rocket, keys: 'g r' },
  { to: '/pipelines', name: 'Pipelines', icon: Waypoints, keys: 'g p' },
  { to: '/apps', name: 'Applications', icon: Boxes, keys: 'g a' },
  { to: '/environments', name: 'Environments', icon: Layers, keys: 'g e' },
  { to: '/runs', name: 'Runs', icon: Activity },
  { to: '/evidence', name: 'Evidence', icon: FileCheck2 },
]

export const FOOT_PLACES: readonly NavigationPlace[] = [
  { to: '/agents', name: 'Agents', icon: Server },
  { to: '/settings', name: 'Settings', icon: Settings },
]

/** Those of these places that have a screen. */
export function usePlaces(places: readonly NavigationPlace[]): readonly NavigationPlace[] {
  const addresses: Readonly<Record<string, unknown>> = useRouter().routesByPath
  return places.filter(({ to }) => addresses[to] !== undefined)
}
