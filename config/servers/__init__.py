"""How `./run` brings up what a machine lacks: PostgreSQL, a Redis-compatible broker, the demo, the tests.

The servers belong to a data folder, not to a command: one keeper process per folder starts them, every
command that needs them holds a line to it, and the keeper stops them cleanly when the last line closes,
even when that happens through `kill -9`.
"""
