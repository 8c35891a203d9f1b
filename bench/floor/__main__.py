"""Makes the floor's tables in the empty database named by PGDATABASE."""

from bench.floor.app import set_up

set_up()
