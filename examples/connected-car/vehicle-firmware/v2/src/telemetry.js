// What the car tells the backend: contract telemetry-api, format 2. It says all that format 1 said, and
// the charge of each cell and the charging speed.
import { recentEfficiencyMpge } from './car.js'
import { cellsPercent, chargingKw } from './cells.js'

const round = (value, digits) => (value === null ? null : Number(value.toFixed(digits)))

/** The telemetry of a car at a time. */
export function presentTelemetry(car, sentAt) {
  return {
    format: 2,
    car: car.name,
    sentAt: sentAt.toISOString(),
    stateOfChargePercent: round(car.chargePercent, 2),
    efficiencyMpge: round(recentEfficiencyMpge(car), 1),
    speedKmh: round(car.speedKmh, 1),
    charging: car.charging,
    odometerKm: round(car.odometerKm, 2),
    cellsPercent: cellsPercent(car).map((percent) => round(percent, 2)),
    chargingKw: round(chargingKw(car), 1),
  }
}
