"""How many rows at once enter the tables: by COPY, with every constraint on and only the history off."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager

import pgtrigger
from django.db import connection, models, transaction


@contextmanager
def load(*tables: type[models.Model]) -> Iterator[None]:
    """One transaction in which rows of `tables` leave no history; nobody else writes to them meanwhile.

    The triggers are off for this transaction's own rows alone: the lock of ALTER TABLE keeps others
    waiting, and a rollback, a kill included, brings them back.
    """
    history = [
        (connection.ops.quote_name(table._meta.db_table), trigger.get_pgid(table))
        for table in tables
        for _model, trigger in pgtrigger.registered(f"{table._meta.label}:record")
    ]
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = 0")
        # Foreign keys are checked after each COPY: a queue of deferred checks slows every later statement.
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        # The guards' triggers plan their look-ups while the tables are still empty: by key, then, at any size.
        cursor.execute("SET LOCAL enable_seqscan = off")
        for table, trigger in history:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER {trigger}")
        yield
        for table, trigger in history:
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER {trigger}")


def last_id(model: type[models.Model]) -> int:
    """The highest id in use, 0 in an empty table."""
    return model._base_manager.aggregate(last=models.Max("pk"))["last"] or 0


def copy(model: type[models.Model], columns: Sequence[str], rows: Iterable[Sequence[object]]) -> int:
    """COPY `rows` into the table of `model`; how many.

    `columns` are field names, `id` first; what is left out gets its field's default. The sequence of
    ids is moved behind the last row.
    """
    named = {field.attname: field for field in model._meta.concrete_fields}
    rest = [field for name, field in named.items() if name not in columns]
    constants = tuple(field.get_db_prep_save(field.get_default(), connection) for field in rest)
    targets = ", ".join(f'"{field.column}"' for field in [*(named[name] for name in columns), *rest])
    table = model._meta.db_table
    count = 0
    with connection.cursor() as cursor:
        with cursor.copy(f'COPY "{table}" ({targets}) FROM STDIN') as lines:
            for row in rows:
                lines.write_row((*row, *constants))
                count += 1
        cursor.execute(
            f"SELECT setval(pg_get_serial_sequence(%s, 'id'), max(id)) FROM \"{table}\"",  # noqa: S608
            [table],
        )
    return count


def analyse(*tables: type[models.Model]) -> None:
    """Tell the planner what the tables hold now."""
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(f"ANALYZE {connection.ops.quote_name(table._meta.db_table)}")
