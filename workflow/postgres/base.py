"""Django's PostgreSQL, with two things that a hot path needs: prepared statements, and a free look at the line."""

import select

import psycopg
from django.db.backends.postgresql import base, operations
from psycopg.pq import TransactionStatus
from psycopg.types.numeric import Int8Dumper


class DatabaseOperations(operations.DatabaseOperations):
    def last_executed_query(self, cursor, sql, params):
        # A prepared statement is sent apart from its values: what was sent is the statement.
        return super().last_executed_query(cursor, sql, params) or sql


class DatabaseWrapper(base.DatabaseWrapper):
    ops_class = DatabaseOperations

    def get_new_connection(self, conn_params):
        connection = super().get_new_connection(conn_params)
        # One width for every whole number: by their size 1 and 100,000 would prepare the same statement twice.
        connection.adapters.register_dumper(int, Int8Dumper)
        return connection

    def is_usable(self):
        """Whether the server still answers.

        A server that went away has closed the line, which makes it readable. One on which nothing waits is
        taken for good without asking; that saves every request a round trip. After a refused statement the
        transaction takes no other: that is asked as ever.
        """
        if self.connection is not None and not self.errors_occurred and _is_quiet(self.connection):
            return self.connection.info.transaction_status != TransactionStatus.INERROR
        return super().is_usable()

    def prepared(self):
        """A cursor whose statements the server plans once a connection, not each time.

        For the few statements that are long to plan and run on every click; values are bound by the server,
        so a value in a SELECT list needs its type, as in `%(day)s::date`.
        """
        self.ensure_connection()
        with self.wrap_database_errors:
            return self._prepare_cursor(psycopg.Cursor(self.connection))


def _is_quiet(connection: psycopg.Connection) -> bool:
    if connection.closed:
        return False
    line = select.poll()
    line.register(connection.fileno(), select.POLLIN)
    return not line.poll(0)
