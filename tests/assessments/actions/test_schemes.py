import datetime as dt

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from assessments import scoring
from assessments.actions.schemes import (
    add_indicator,
    adopt_scheme,
    adopted_scheme,
    change_indicator,
    change_scheme,
    draft_scheme,
    publish_scheme,
    remove_indicator,
)
from assessments.models import Adoption, Indicator, Scheme
from assessments.reports.receipts import MEASURES, OTHER_LINES, SHIPPED_NOTES, rule_words
from assessments.states import SchemeState
from members.states import Role
from tests.factories.members import make_community, make_person, make_street
from tests.factories.scores import make_scheme, make_scored_street
from workflow.exceptions import BadInput, Conflict, InvalidTransition, NotPermitted

pytestmark = pytest.mark.django_db
LINE = {"title": "认领并签约", "measure": "agreed_claims", "points": 40, "params": {"target": 4}}


@pytest.fixture
def w():
    return make_scored_street()


@pytest.fixture
def draft(w):
    return make_scheme(owner=w.street, state=SchemeState.DRAFT)


def shipped():
    return Scheme.objects.filter(owner=None)


def test_shipped_schemes_are_published_and_every_line_is_known():
    assert {scheme.name for scheme in shipped()} == {
        "成员单位考核办法（甲案）",
        "成员单位考核办法（记录计分）",
    }
    for scheme in shipped():
        assert scheme.state == SchemeState.PUBLISHED
        assert scheme.name_en
        assert sum(scheme.indicators.values_list("points", flat=True)) == 100
        for line in scheme.indicators.all():
            assert scoring.read_params(line.measure, line.params) == line.params
            assert line.title_en


def test_shipped_notes_are_the_ones_that_the_catalogue_translates():
    assert {scheme.note for scheme in shipped()} == set(SHIPPED_NOTES)


def test_every_measure_has_its_words():
    assert set(MEASURES) == set(scoring.MEASURES)
    assert set(OTHER_LINES) == {"no_records", "no_quarters", "requester_rating_few"}
    for code, measure in scoring.MEASURES.items():
        params = {param.name: ["law"] if param.is_codes else 5 for param in measure.params}
        assert "%(" not in rule_words(code, 20, params, {"law": "法治"})


def test_draft_scheme_copies_a_shipped_one(w):
    source = shipped().first()
    copy = draft_scheme(scheme=source, owner=w.street, name=source.name, by=w.staff)
    assert (copy.owner, copy.version, copy.state) == (w.street, 1, SchemeState.DRAFT)
    assert copy.grades == source.grades
    copied = copy.indicators.values_list("position", "title", "measure", "points", "params")
    assert list(copied) == list(
        source.indicators.values_list("position", "title", "measure", "points", "params")
    )


def test_draft_scheme_again_is_the_next_version(w):
    for version in (1, 2):
        assert draft_scheme(scheme=None, owner=w.street, name="本街办法", by=w.staff).version == version


def test_draft_scheme_wrong_person(w):
    for by in (w.liaison, make_person(Role.STAFF, make_street(w.district)), None):
        with pytest.raises(NotPermitted):
            draft_scheme(scheme=None, owner=w.street, name="办法", by=by)
    community = make_community(w.street)
    with pytest.raises(NotPermitted, match="由区或街道制定"):
        draft_scheme(scheme=None, owner=community, name="办法", by=make_person(Role.STAFF, community))


def test_draft_scheme_empty_name(w):
    with pytest.raises(BadInput) as caught:
        draft_scheme(scheme=None, owner=w.street, name="  ", by=w.staff)
    assert caught.value.field == "name"


def test_change_scheme_happy_path_and_bad_grades(w, draft):
    grades = [{"from": 80, "name": "达标"}]
    change_scheme(scheme=draft, name="新名", note="说明", grades=grades, by=w.staff)
    draft.refresh_from_db()
    assert (draft.name, draft.note, draft.grades) == ("新名", "说明", grades)
    for wrong in ([{"from": 80, "name": "甲"}, {"from": 80, "name": "乙"}], [{"from": 101, "name": "甲"}]):
        with pytest.raises(BadInput) as caught:
            change_scheme(scheme=draft, name="新名", note="", grades=wrong, by=w.staff)
        assert caught.value.field == "grades"
    make_scheme(owner=w.street, name="占用", state=SchemeState.DRAFT)
    with pytest.raises(Conflict):
        change_scheme(scheme=draft, name="占用", note="", grades=[], by=w.staff)


def test_indicators_are_added_changed_and_removed(w, draft):
    line = add_indicator(scheme=draft, by=w.staff, **LINE)
    assert line.position == draft.indicators.count()
    change_indicator(indicator=line, by=w.staff, **{**LINE, "points": 5, "params": {"target": 2, "x": 1}})
    line.refresh_from_db()
    assert (line.points, line.params) == (5, {"target": 2})
    remove_indicator(indicator=line, by=w.staff)
    assert not Indicator.objects.filter(pk=line.pk).exists()
    with pytest.raises(Conflict):
        change_indicator(indicator=line, by=w.staff, **LINE)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"title": ""}, "title"),
        ({"points": 0}, "points"),
        ({"points": 101}, "points"),
        ({"measure": "astrology"}, "measure"),
        ({"params": {}}, "target"),
        ({"measure": "active_quarters"}, "minus"),
        (
            {"measure": "deliveries_in_categories", "params": {"categories": ["nope"], "target": 1}},
            "categories",
        ),
    ],
)
def test_add_indicator_bad_input_names_the_field(w, draft, change, field):
    with pytest.raises(BadInput) as caught:
        add_indicator(scheme=draft, by=w.staff, **{**LINE, **change})
    assert caught.value.field == field


def test_publish_scheme_needs_a_hundred_points(w, draft):
    publish_scheme(scheme=draft, by=w.staff)
    draft.refresh_from_db()
    assert draft.state == SchemeState.PUBLISHED
    other = make_scheme(owner=w.street, lines=[("行", "attendance", 99, {})], state=SchemeState.DRAFT)
    with pytest.raises(BadInput, match="99"):
        publish_scheme(scheme=other, by=w.staff)


def test_published_scheme_takes_no_change(w, draft):
    line = draft.indicators.first()
    publish_scheme(scheme=draft, by=w.staff)
    for act in (
        lambda: publish_scheme(scheme=draft, by=w.staff),
        lambda: change_scheme(scheme=draft, name="x", note="", grades=[], by=w.staff),
        lambda: add_indicator(scheme=draft, by=w.staff, **LINE),
        lambda: change_indicator(indicator=line, by=w.staff, **LINE),
        lambda: remove_indicator(indicator=line, by=w.staff),
    ):
        with pytest.raises(InvalidTransition):
            act()


def test_shipped_scheme_belongs_to_nobody(w):
    with pytest.raises(NotPermitted, match="复制"):
        publish_scheme(scheme=shipped().first(), by=w.staff)


@pytest.mark.parametrize("by", ["liaison", "stranger"])
def test_publish_scheme_wrong_person(w, draft, by):
    w.stranger = make_person(Role.STAFF, make_street(w.district))
    with pytest.raises(NotPermitted):
        publish_scheme(scheme=draft, by=getattr(w, by))


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE assessments_scheme SET grades = '[]'",
        "UPDATE assessments_scheme SET state = 'draft'",
        "DELETE FROM assessments_scheme",
        "UPDATE assessments_indicator SET points = 1",
        "DELETE FROM assessments_indicator",
    ],
)
def test_published_scheme_refuses_raw_sql(statement):
    with pytest.raises(DatabaseError, match="frozen"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_scheme_version_once(w):
    make_scheme(owner=w.street, name="办法")
    with pytest.raises(IntegrityError):
        make_scheme(owner=w.street, name="办法")


def test_adopt_scheme_ends_what_was_used_before(w):
    day = dt.date(2026, 10, 1)
    adoption = adopt_scheme(alliance=w.alliance, scheme=shipped().first(), starts_on=day, by=w.staff)
    w.adoption.refresh_from_db()
    assert w.adoption.ends_on == dt.date(2026, 9, 30)
    assert adopted_scheme(w.alliance, day) == adoption.scheme
    assert adopted_scheme(w.alliance, dt.date(2026, 9, 30)) == w.scheme


def test_adopt_scheme_refuses_an_earlier_day_a_draft_and_a_foreign_scheme(w, draft):
    def adopt(scheme, day):
        return adopt_scheme(alliance=w.alliance, scheme=scheme, starts_on=day, by=w.staff)

    with pytest.raises(Conflict) as caught:
        adopt(shipped().first(), w.adoption.starts_on)
    assert caught.value.field == "starts_on"
    for scheme in (draft, make_scored_street(units=0).scheme):
        with pytest.raises(BadInput) as caught:
            adopt(scheme, dt.date(2026, 10, 1))
        assert caught.value.field == "scheme"


def test_adopt_scheme_wrong_person_and_ended_alliance(w):
    def adopt(by):
        return adopt_scheme(
            alliance=w.alliance, scheme=shipped().first(), starts_on=dt.date(2026, 10, 1), by=by
        )

    for by in (w.liaison, make_person(Role.STAFF, make_street(w.district)), None):
        with pytest.raises(NotPermitted):
            adopt(by)
    w.alliance.ended_on = dt.date(2026, 9, 30)
    w.alliance.save()
    with pytest.raises(InvalidTransition):
        adopt(w.staff)


def test_adoption_one_at_a_time(w):
    with pytest.raises(IntegrityError):
        Adoption.objects.create(alliance=w.alliance, scheme=w.scheme, starts_on=dt.date(2026, 5, 1))


def test_adopt_scheme_rolls_back_whole(w, monkeypatch):
    monkeypatch.setattr(Adoption.objects, "create", lambda **fields: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        adopt_scheme(
            alliance=w.alliance, scheme=shipped().first(), starts_on=dt.date(2026, 10, 1), by=w.staff
        )
    w.adoption.refresh_from_db()
    assert w.adoption.ends_on is None
