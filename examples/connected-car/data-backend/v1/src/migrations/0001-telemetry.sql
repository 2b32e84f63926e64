create table telemetry (
  car text not null,
  sent_at timestamptz not null,
  state_of_charge_percent real not null,
  efficiency_mpge real,
  speed_kmh real not null,
  charging boolean not null,
  odometer_km double precision not null,
  received_at timestamptz not null default now(),
  primary key (car, sent_at)
);

create index telemetry_newest on telemetry (received_at);
