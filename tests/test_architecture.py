"""What holds for every room, whatever is added: one gate, one history, one place for state."""

import ast
from pathlib import Path

import pytest
from django.apps import apps
from django.contrib import admin
from django.db import connection
from django.template.loader import get_template

from members.models.change import UNRECORDED

ROOT = Path(__file__).resolve().parents[1]
ROOMS = ("members", "alliances", "projects", "assessments")
MODELS = [model for room in ROOMS for model in apps.get_app_config(room).get_models()]
#: Models that are never rows of a list for a person; each with its reason.
NO_SIGHT = {
    "Change": "shown only as the history of an object that is visible",
    "Replay": "technical",
    "StructureRule": "part of its template",
    "AgreementClaim": "part of its agreement",
    "ProjectPartner": "part of its project",
    "ProjectStage": "part of its project",
    "Indicator": "part of its scheme",
    "Code": "no person may see codes",
    "Envelope": "no person may see envelopes",
    "Answer": "only counted",
    "Remark": "only through the result of its survey",
}
#: Models without an admin register; each with its reason.
NO_REGISTER = {
    "Change": "history is shown on each object's own page",
    "Replay": "technical",
    "Notification": "a message is its recipient's",
    "StructureRule": "inline of its template",
    "DutyPartner": "inline of its duty",
    "Slot": "inline of its listing",
    "Recurrence": "inline of its listing",
    "Attachment": "inline of its listing",
    "AgreementClaim": "inline of its agreement",
    "ProjectPartner": "inline of its project",
    "ProjectStage": "inline of its project",
    "Share": "inline of its claim",
    "Turn": "inline of its claim",
    "Indicator": "inline of its scheme",
    "Code": "no person may see codes",
    "Envelope": "no person may see envelopes",
    "Answer": "only counted",
    "Remark": "only through the result of its survey",
}


@pytest.mark.django_db
def test_history_every_business_table_has_its_trigger():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tgrelid::regclass::text FROM pg_trigger WHERE tgname LIKE 'pgtrigger_record_%'"
        )
        recorded = {row[0] for row in cursor.fetchall()}
    missing = {
        model._meta.label
        for model in MODELS
        if model._meta.db_table not in recorded and model._meta.label not in UNRECORDED
    }
    assert not missing
    listed = {apps.get_model(label)._meta.db_table for label in UNRECORDED}
    assert not listed & recorded


def test_sight_every_model_has_the_gate_or_a_reason():
    blind = {model.__name__ for model in MODELS if not hasattr(model.objects, "visible_to")}
    assert blind == set(NO_SIGHT) & {model.__name__ for model in MODELS}


def test_admin_every_model_is_registered_or_has_a_reason():
    admin.autodiscover()
    absent = {model.__name__ for model in MODELS if model not in admin.site._registry}
    assert absent == set(NO_REGISTER)


def _python_files(*rooms: str):
    for room in rooms:
        yield from (path for path in (ROOT / room).rglob("*.py") if "migrations" not in path.parts)


def test_state_is_written_only_in_actions():
    """No assignment to `.state` and no update(state=…) outside actions."""
    offenders = []
    for path in _python_files(*ROOMS, "config"):
        if "actions" in path.parts or path.name == "actions.py":
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            targets = node.targets if isinstance(node, ast.Assign) else []
            writes = any(isinstance(t, ast.Attribute) and t.attr == "state" for t in targets)
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                writes |= node.func.attr == "update" and any(k.arg == "state" for k in node.keywords)
            if writes:
                offenders.append(f"{path.relative_to(ROOT)}:{node.lineno}")
    # The benchmark generator fills tables by COPY, and says so.
    assert not [one for one in offenders if "/management/" not in one]


def test_files_are_short_enough_to_read_at_once():
    long = {
        str(path.relative_to(ROOT)): count
        for path in [*_python_files(*ROOMS, "config", "workflow"), *(ROOT / "templates").rglob("*.html")]
        if (count := len(path.read_text().splitlines())) > 400
    }
    assert not long


def test_templates_are_all_used():
    """Every template is named in code or in another template, or is found by Django's own name for it."""
    own = {"400.html", "403.html", "404.html", "500.html", "403_csrf.html"}
    sources = "\n".join(
        path.read_text()
        for path in [
            *_python_files(*ROOMS, "config", "workflow"),
            *(ROOT / "templates").rglob("*.html"),
        ]
    )
    unused = []
    for path in (ROOT / "templates").rglob("*.html"):
        name = str(path.relative_to(ROOT / "templates"))
        if name in own or name.startswith(("admin/", "registration/")):
            continue
        if f'"{name}"' not in sources:
            unused.append(name)
    assert not unused


def test_templates_all_compile():
    for path in (ROOT / "templates").rglob("*.html"):
        get_template(str(path.relative_to(ROOT / "templates")))


def test_styles_of_every_page_stay_small():
    sheets = ROOT / "static" / "css"
    assert sum((sheets / name).stat().st_size for name in ("tokens.css", "base.css")) < 30 * 1024
