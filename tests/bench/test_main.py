"""The command line names what can be measured, and every name leads to its function."""

import pytest
from django.utils.module_loading import import_string

from bench.__main__ import MEASURES, main


@pytest.mark.parametrize("name", MEASURES)
def test_measure_exists(name):
    assert callable(import_string(MEASURES[name][0]))


def test_main_lists_measures(monkeypatch, capsys):
    monkeypatch.setattr("sys.argv", ["bench", "--list"])

    assert main() == 0
    assert [line.split()[0] for line in capsys.readouterr().out.splitlines()] == list(MEASURES)


def test_main_refuses_unknown_measure(monkeypatch, capsys):
    monkeypatch.setattr("sys.argv", ["bench", "--only", "nothing"])

    with pytest.raises(SystemExit):
        main()
    assert "nothing" in capsys.readouterr().err
