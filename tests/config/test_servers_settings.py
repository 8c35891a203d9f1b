"""What the commands decide before a server starts: folders, secrets, ports, browsers, the last line."""

import os
from collections import Counter
from pathlib import Path

import pytest

from config.servers import demo, environment, options, suite
from config.servers.processes import ServerError


def test_for_demo_makes_secrets_once_for_the_owner_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("SECRET_KEY", "SURVEY_CODE_PEPPER", "SURVEY_KEY_DIR"):
        monkeypatch.delenv(name, raising=False)
    first = environment.for_demo(tmp_path, {})
    assert environment.for_demo(tmp_path, {}) == first
    assert len(first["SECRET_KEY"]) >= 50
    assert first["SECRET_KEY"] != first["SURVEY_CODE_PEPPER"]
    assert (tmp_path / "secret-key").stat().st_mode & 0o777 == 0o600
    assert Path(first["SURVEY_KEY_DIR"]).stat().st_mode & 0o777 == 0o700


def test_for_demo_lets_given_settings_win(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_KEY", "given")
    assert environment.for_demo(tmp_path, {})["SECRET_KEY"] == "given"


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        ({}, ("DATABASE_URL", "REDIS_URL")),
        ({"DATABASE_URL": "postgres://there/a"}, ("REDIS_URL",)),
        ({"REDIS_URL": "redis://there"}, ("DATABASE_URL",)),
        ({"DATABASE_URL": "postgres://there/a", "REDIS_URL": "redis://there"}, ()),
    ],
)
def test_wanted_names_decides_each_by_its_own_variable(
    monkeypatch: pytest.MonkeyPatch, given: dict[str, str], wanted: tuple[str, ...]
) -> None:
    for name in ("DATABASE_URL", "REDIS_URL"):
        monkeypatch.delenv(name, raising=False)
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    assert environment.wanted_names() == wanted


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can make another's folder")
def test_prepare_refuses_a_folder_of_another_user(tmp_path: Path) -> None:
    os.chown(tmp_path, 4242, 4242)
    with pytest.raises(ServerError, match="belongs to another user"):
        environment.prepare(tmp_path)


def test_prepare_refuses_a_file(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(ServerError, match="--data"):
        environment.prepare(tmp_path / "file")


def test_reserve_port_refuses_a_taken_one_when_given() -> None:
    with demo._reserve_port(None) as first, demo._reserve_port(None) as second:
        taken = first.getsockname()[1]
        assert second.getsockname()[1] > taken >= 8000
        with pytest.raises(ServerError, match=f"Port {taken} cannot be used"):
            demo._reserve_port(taken)


def test_demo_with_a_taken_port_resets_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(demo, "ENDINGS", ())  # the signals of this process are pytest's
    (tmp_path / "secret-key").touch()
    with demo._reserve_port(None) as door:
        words = ["demo", "--reset", "--data", str(tmp_path), f"--port={door.getsockname()[1]}"]
        with pytest.raises(ServerError, match="cannot be used"):
            demo.demo(options.read(words))
    assert (tmp_path / "secret-key").exists()


def test_reset_with_a_given_database_refuses(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgres://there/a")
    with pytest.raises(ServerError, match="DATABASE_URL"):
        demo._reset(tmp_path)


def test_reset_deletes_only_what_a_demo_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    (tmp_path / "somebody's.txt").touch()
    (tmp_path / "postgres").mkdir()
    (tmp_path / "secret-key").touch()
    demo._reset(tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == {"somebody's.txt", "keeper.lock"}


def test_find_browser_takes_the_named_one_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    browser = tmp_path / "chromium"
    browser.touch(mode=0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("CHROMIUM", "/not/there")
    assert suite.find_browser() == str(browser)
    monkeypatch.setenv("PATH", "")
    assert suite.find_browser() is None
    assert suite.browser_gap(None) == suite.NO_BROWSER
    monkeypatch.setenv("CHROMIUM", str(browser))
    assert suite.find_browser() == str(browser)


@pytest.mark.parametrize(
    ("words", "rest", "data"),
    [
        (["test"], [], None),
        (["test", "-k", "claim", "--", "x"], ["-k", "claim", "--", "x"], None),
        (["test", "--", "-k", "claim"], ["-k", "claim"], None),
        (["bench", "--only", "claim"], ["--only", "claim"], None),
        (["manage", "--version"], ["--version"], ".data"),
        (["manage", "--data", "there", "migrate", "--plan"], ["migrate", "--plan"], "there"),
        (["manage", "--data=there", "import", "--data", "file"], ["import", "--data", "file"], "there"),
    ],
)
def test_read_passes_on_what_is_not_its_own(words: list[str], rest: list[str], data: str | None) -> None:
    chosen = options.read(words)
    assert chosen.rest == rest
    assert (chosen.data.name if data else None) == data


def test_summary_speaks_as_pytest_does() -> None:
    assert suite.summary(Counter(passed=12), 61.5) == "12 passed in 61.50s (1:01)"
    assert suite.summary(Counter(failed=1, passed=2, skipped=3), 1).startswith(
        "1 failed, 2 passed, 3 skipped in"
    )
