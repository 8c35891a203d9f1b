import datetime as dt
import threading

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from assessments import documents
from assessments.actions import reports as module
from assessments.actions.reports import publish_report
from assessments.actions.scores import compute_score
from assessments.models import Report
from members.models import Notification, Organisation
from members.states import Role
from tests.factories.members import make_person, make_street
from tests.factories.scores import ENDS, STARTS, make_done, make_scored_street
from workflow.exceptions import BadInput, Conflict, InvalidTransition, NotPermitted

pytestmark = pytest.mark.django_db


@pytest.fixture
def w():
    return make_scored_street(name="云溪街道")


def run_for(w, starts_on=STARTS, ends_on=ENDS):
    return compute_score(alliance=w.alliance, starts_on=starts_on, ends_on=ends_on, by=w.staff)


def test_publish_report_freezes_the_run(w):
    make_done(w, w.units[0])
    reader = make_person(Role.DISTRICT_READER, w.district)
    run = run_for(w)
    report = publish_report(run=run, by=w.staff)
    report.refresh_from_db()
    year = dt.date.today().year  # noqa: TID251
    assert (report.organisation, report.year, report.serial, report.version) == (w.street, year, 1, 1)
    assert report.title == "云溪街道 2026年第三季度党建共建考核报告"
    data = report.data
    assert data["number"] == report.number == f"〔{year}〕1号"
    assert [unit["organisation"] for unit in data["units"]] == ["单位000", "单位001", "单位002"]
    assert data["totals"]["units"] == 3
    assert data["totals"]["units_with_records"] == 1
    assert data["totals"]["deliveries"] == 1
    score = run.scores.get(organisation=w.units[0])
    assert (data["units"][0]["points"], data["units"][0]["receipt"]) == (
        str(score.points),
        score.check_value,
    )
    assert data["previous"] is None
    assert report.check_value == documents.check_value(data)
    assert Notification.objects.get(kind="report_published").recipient == reader


def test_publish_report_compares_with_its_own_past_alone(w):
    before = publish_report(run=run_for(w, dt.date(2026, 4, 1), dt.date(2026, 6, 30)), by=w.staff)
    make_done(w, w.units[0])
    data = publish_report(run=run_for(w), by=w.staff).data
    assert data["previous"]["number"] == before.number
    assert data["units"][0]["previous"] == {"points": "0.00", "possible": "0.00"}
    longer = publish_report(run=run_for(w, dt.date(2026, 1, 1), dt.date(2026, 11, 1)), by=w.staff)
    assert longer.data["previous"] is None


def test_publish_report_numbers_run_without_gaps_for_each_host(w):
    other = make_scored_street(w.district)
    publish_report(run=run_for(other), by=other.staff)
    periods = [(dt.date(2026, month, 1), dt.date(2026, month, 28)) for month in (1, 2, 3)]
    runs = [run_for(w, *period) for period in periods]
    assert [publish_report(run=run, by=w.staff).serial for run in runs] == [1, 2, 3]


def test_publish_report_twice_is_refused(w):
    report = publish_report(run=run_for(w), by=w.staff)
    with pytest.raises(Conflict, match=report.number):
        publish_report(run=run_for(w), by=w.staff)


def test_publish_report_correction_is_the_next_version_with_its_reason(w):
    first = publish_report(run=run_for(w), by=w.staff)
    second = publish_report(run=run_for(w), by=w.staff, replaces=first, reason="一次交付补登记")
    assert (second.serial, second.version, second.replaces) == (first.serial, 2, first)
    assert second.data["reason"] == "一次交付补登记"
    assert second.data["replaces"] == first.number
    with pytest.raises(InvalidTransition):
        publish_report(run=second.run, by=w.staff, replaces=first, reason="再来")


@pytest.mark.parametrize("reason", ["", "  ", "长" * 201])
def test_publish_report_correction_needs_a_reason(w, reason):
    first = publish_report(run=run_for(w), by=w.staff)
    with pytest.raises(BadInput) as caught:
        publish_report(run=first.run, by=w.staff, replaces=first, reason=reason)
    assert caught.value.field == "reason"


def test_publish_report_correction_of_another_period_is_refused(w):
    first = publish_report(run=run_for(w), by=w.staff)
    other = run_for(w, dt.date(2026, 4, 1), dt.date(2026, 6, 30))
    with pytest.raises(BadInput) as caught:
        publish_report(run=other, by=w.staff, replaces=first, reason="换一期")
    assert caught.value.field == "run"


def test_publish_report_wrong_person(w):
    run = run_for(w)
    for by in (
        w.liaison,
        w.community_staff,
        make_person(Role.STAFF, make_street(w.district)),
        make_person(Role.DISTRICT_ADMIN, w.district),
        make_person(Role.DISTRICT_READER, w.district),
        make_person(Role.STAFF, w.district),
        None,
    ):
        with pytest.raises(NotPermitted):
            publish_report(run=run, by=by)
    assert not Report.objects.exists()


def test_publish_report_rolls_back_whole_and_leaves_no_gap(w, monkeypatch):
    run = run_for(w)
    with monkeypatch.context() as patch:
        patch.setattr(module.notifications, "report_published", lambda report: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            publish_report(run=run, by=w.staff)
    assert not Report.objects.exists()
    assert publish_report(run=run, by=w.staff).serial == 1


@pytest.mark.parametrize(
    "statement", ["UPDATE assessments_report SET title = ''", "DELETE FROM assessments_report"]
)
def test_report_refuses_raw_sql(w, statement):
    publish_report(run=run_for(w), by=w.staff)
    with (
        pytest.raises(DatabaseError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)


@pytest.mark.parametrize(
    "change",
    [{"check_value": "x"}, {"version": 2}, {"replaces": True, "version": 2, "reason": ""}, {}],
)
def test_report_constraints(w, change):
    first = publish_report(run=run_for(w), by=w.staff)
    row = {
        name: getattr(first, name)
        for name in ("organisation", "alliance", "run", "year", "serial", "title")
    }
    row |= {"data": {}, "check_value": "0" * 64, "published_by": w.staff, **change}
    if row.get("replaces"):
        row["replaces"] = first
    with pytest.raises(IntegrityError):
        Report.objects.create(**row)


@pytest.mark.parametrize("count", [5, 60])
def test_publish_report_statements_do_not_grow_with_units(count, django_assert_max_num_queries):
    w = make_scored_street(units=count)
    run = run_for(w)
    with django_assert_max_num_queries(18):
        publish_report(run=run, by=w.staff)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("has_lock", [True, False])
def test_publish_report_numbers_two_at_once(monkeypatch, has_lock):
    """Two periods at once get 1 and 2; the broken twin without the lock gives both the same number."""
    w = make_scored_street()
    runs = [run_for(w), run_for(w, dt.date(2026, 4, 1), dt.date(2026, 6, 30))]
    barrier = threading.Barrier(2, timeout=10)
    original = module.compose
    results: list = []

    def compose(*args):
        try:
            barrier.wait(timeout=1)
        except threading.BrokenBarrierError:
            pass
        return original(*args)

    def publish(run):
        try:
            results.append(publish_report(run=run, by=w.staff).serial)
        except DatabaseError as error:
            results.append(type(error).__name__)
        finally:
            connection.close()

    monkeypatch.setattr(module, "compose", compose)
    if not has_lock:
        monkeypatch.setattr(
            type(Organisation.objects.all()), "select_for_update", lambda rows, **options: rows
        )
    threads = [threading.Thread(target=publish, args=[run]) for run in runs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=20)
    assert sorted(map(str, results)) == ["1", "2" if has_lock else "IntegrityError"]
