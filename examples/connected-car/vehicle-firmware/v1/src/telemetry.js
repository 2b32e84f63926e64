// What the car tells the backend: contract telemetry-api, format 1.
import { recentEfficiencyMpge } from './car.js'

const round = (value, digits) => (value === null ? null : Number(value.toFixed(digits)))

/** The telemetry of a car at a time. */
export function presentTelemetry(car, sentAt) {
  return {
    format: 1,
    car: car.name,
    sentAt: sentAt.toISOString(),
    stateOfChargePercent: round(car.chargePercent, 2),
    efficiencyMpge: round(recentEfficiencyMpge(car), 1),
    speedKmh: round(car.speedKmh, 1),
    charging: car.charging,
    odometerKm: round(car.odometerKm, 2),
  }
}
