// A day in the life of a simulated car: it drives until the battery is low, charges, and drives on.
import { CHARGER, afterUse, batteryPowerKw, chargingPowerKw, efficiencyMpge } from './battery.js'

const LOW_PERCENT = 20
const CHARGED_PERCENT = 90
const ACCELERATION_MAX_MS2 = 1.5
/** A trip that began long ago says little about now: its distance and energy fade with this length. */
const TRIP_MEMORY_KM = 50

/** A number from the name of the car: every car has its own days, and the same ones each time. */
export function seedOf(name) {
  let seed = 2_166_136_261
  for (const letter of name) seed = Math.imul(seed ^ letter.codePointAt(0), 16_777_619) >>> 0
  return seed
}

/** The car as it leaves the factory, with a charge of its own between 35 and 85 %. */
export function newCar(name) {
  const seed = seedOf(name)
  return {
    name,
    second: seed % 3600,
    chargePercent: 35 + (seed % 500) / 10,
    charging: false,
    speedKmh: 0,
    odometerKm: 1000 + (seed % 20_000),
    tripKm: 0,
    tripKwh: 0,
  }
}

/** The speed that traffic allows in this second: a town, with a stretch of motorway every half hour. */
function trafficKmh({ name, second }) {
  const phase = seedOf(name) % 1800
  const town = 38 + 22 * Math.sin((second + phase) / 47) + 10 * Math.sin((second + phase) / 11)
  const isMotorway = (second + phase) % 1800 > 1200
  return Math.max(0, isMotorway ? 108 + 8 * Math.sin(second / 31) : town)
}

function driveOneSecond(car) {
  const wantedMs2 = (trafficKmh(car) - car.speedKmh) / 3.6
  const accelerationMs2 = Math.min(ACCELERATION_MAX_MS2, Math.max(-2, wantedMs2))
  const speedKmh = Math.max(0, car.speedKmh + accelerationMs2 * 3.6)
  const distanceKm = (car.speedKmh + speedKmh) / 2 / 3600
  const energyKwh = batteryPowerKw((car.speedKmh + speedKmh) / 2, accelerationMs2) / 3600
  const chargePercent = afterUse(car.chargePercent, energyKwh)
  const fading = Math.exp(-distanceKm / TRIP_MEMORY_KM)
  return {
    ...car,
    second: car.second + 1,
    speedKmh,
    chargePercent,
    charging: chargePercent <= LOW_PERCENT,
    odometerKm: car.odometerKm + distanceKm,
    tripKm: car.tripKm * fading + distanceKm,
    tripKwh: car.tripKwh * fading + energyKwh,
  }
}

function chargeOneSecond(car) {
  const energyKwh = (chargingPowerKw(car.chargePercent) * CHARGER.efficiency) / 3600
  const chargePercent = afterUse(car.chargePercent, -energyKwh)
  const charging = chargePercent < CHARGED_PERCENT
  return { ...car, second: car.second + 1, speedKmh: 0, chargePercent, charging }
}

/** The car some whole seconds later. */
export function liveOn(car, seconds) {
  let now = car
  for (let left = seconds; left > 0; left -= 1)
    now = now.charging ? chargeOneSecond(now) : driveOneSecond(now)
  return now
}

/** The efficiency of the last fifty kilometres or so, in MPGe; null before the first of them. */
export function recentEfficiencyMpge({ tripKm, tripKwh }) {
  return tripKm < 0.2 ? null : efficiencyMpge(tripKm, tripKwh)
}
