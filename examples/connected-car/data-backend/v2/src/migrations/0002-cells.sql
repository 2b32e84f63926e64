-- Both may be absent: cars of 1.x do not send them, and ingest-api 1.x does not write them.
alter table telemetry
  add column cells_percent real[],
  add column charging_kw real;
