"""How the columns of models are named in a hand-written SELECT, and made into objects again."""

from collections.abc import Iterator
from itertools import islice
from typing import Generic, TypeVar

from django.db import models

M = TypeVar("M", bound=models.Model)


class Columns(Generic[M]):
    """The columns `names` of `model`, or all of them, in a SELECT that calls its table `alias`.

    Other columns are asked for when somebody reads them, as after `only()`.
    """

    def __init__(self, model: type[M], alias: str, *names: str):
        fields = [field for field in model._meta.concrete_fields if not names or field.name in names]
        self._model, self._names = model, [field.attname for field in fields]
        self.sql = ", ".join(f'{alias}."{field.column}"' for field in fields)

    def read(self, row: Iterator) -> M:
        """The object of the next columns of `row`."""
        return self._model.from_db("default", self._names, list(islice(row, len(self._names))))
