import datetime as dt
import threading
from decimal import Decimal

import pytest
from django.db import DatabaseError, connection, transaction

from assessments import documents
from assessments.actions import scores as module
from assessments.actions.scores import compute_score
from assessments.models import Adoption, Score, ScoreRun
from members.models import Notification
from members.states import Role
from projects.models import Agreement, AgreementClaim, Claim, Delivery
from projects.states import ClaimState, Direction
from tests.factories.members import make_person, make_street
from tests.factories.scores import (
    ENDS,
    STARTS,
    make_agreement,
    make_claim,
    make_delivery,
    make_done,
    make_need,
    make_scheme,
    make_scored_street,
)
from workflow.exceptions import BadInput, Conflict, NotPermitted

pytestmark = pytest.mark.django_db


@pytest.fixture
def w():
    return make_scored_street()


def compute(w, **more):
    return compute_score(
        **{"alliance": w.alliance, "starts_on": STARTS, "ends_on": ENDS, "by": w.staff, **more}
    )


def lines(run, unit):
    return {line["title"]: line for line in Score.objects.get(run=run, organisation=unit).receipt["lines"]}


def test_compute_score_happy_path(w):
    unit = w.units[0]
    for category in ("education", "education", "health"):
        make_done(w, unit, category=category)
    make_delivery(w, late := make_claim(w, unit), day=ENDS)
    make_agreement(w, late, deliver_by=ENDS - dt.timedelta(days=1))
    make_claim(w, unit, state=ClaimState.REQUESTED)
    run = compute(w)
    score = Score.objects.get(run=run, organisation=unit)
    found = {title: (line["points"], line["possible"]) for title, line in lines(run, unit).items()}
    assert found == {
        "共驻共建活动": ("20.00", "20.00"),
        "学习交流": ("10.00", "10.00"),
        "认领并签约": ("15.00", "15.00"),
        "办结": ("10.00", "10.00"),
        "按期": ("7.50", "10.00"),
        "评议": ("12.00", "15.00"),
        "资源": ("0.00", "0.00"),
        "参会": ("0.00", "0.00"),
    }
    assert (score.points, score.possible) == (Decimal("74.50"), Decimal("80.00"))
    assert score.receipt["grade"]["name"] == "优秀"
    assert score.receipt["counts"] == {
        "claims": 5, "agreed": 4, "due": 4, "finished": 4, "on_time": 3, "deliveries": 4, "slots": 0,
        "used_slots": 0, "ratings": 4, "rated_excellent": 0, "rated_good": 4, "rated_fair": 0, "rated_poor": 0,
    }  # fmt: skip
    assert lines(run, unit)["认领并签约"]["record_ids"] == sorted(
        Claim.objects.values_list("pk", flat=True)
    )
    assert score.check_value == documents.check_value(score.receipt)


def test_compute_score_covers_member_units_alone(w):
    gone = w.units[2].memberships.get()
    gone.ends_on = ENDS - dt.timedelta(days=1)
    gone.save()
    run = compute(w)
    assert {score.organisation for score in run.scores.all()} == set(w.units[:2])


def test_compute_score_of_a_resource_goes_to_its_owner(w):
    slot = make_need(w, direction=Direction.RESOURCE, owner=w.units[0])
    make_need(w, direction=Direction.RESOURCE, owner=w.units[0])
    claim = make_claim(w, w.community, slot=slot)
    make_agreement(w, claim)
    make_delivery(w, claim)
    found = lines(compute(w), w.units[0])
    assert found["资源"]["numbers"] == {"part": 1, "whole": 2, "points": 10}
    assert found["办结"]["numbers"]["part"] == 1
    assert not found["认领并签约"]["has_records"]


def test_compute_score_of_an_agreement_in_both_directions_goes_by_the_doer_of_each_item(w):
    one, other = w.units[:2]
    done = make_claim(w, one, owner=other)
    open_ = make_claim(w, other, owner=one, state=ClaimState.AGREED)
    agreement = make_agreement(w, done)
    AgreementClaim.objects.create(agreement=agreement, claim=open_, deliver_by=ENDS)
    make_delivery(w, done)
    run = compute(w)
    found = {unit: Score.objects.get(run=run, organisation=unit).receipt["counts"] for unit in (one, other)}
    assert [(found[unit]["due"], found[unit]["finished"]) for unit in (one, other)] == [(1, 1), (1, 0)]


def test_compute_score_of_an_item_goes_by_its_own_day(w):
    """The other items of the agreement may have longer."""
    unit = w.units[0]
    late = make_claim(w, unit)
    agreement = make_agreement(w, late, deliver_by=STARTS)
    Agreement.objects.filter(pk=agreement.pk).update(deliver_by=ENDS)
    make_delivery(w, late, day=ENDS)
    counts = Score.objects.get(run=compute(w), organisation=unit).receipt["counts"]
    assert (counts["due"], counts["finished"], counts["on_time"]) == (1, 1, 0)


def test_compute_score_keeps_to_the_period_and_the_alliance(w):
    for day in (STARTS - dt.timedelta(days=1), ENDS + dt.timedelta(days=1)):
        make_done(w, w.units[0], day=day, deliver_by=day)
    other = make_scored_street(w.district, units=0)
    make_done(other, w.units[0])
    score = Score.objects.get(run=compute(w), organisation=w.units[0])
    assert (score.points, score.possible) == (0, 0)
    assert score.receipt["grade"] is None


def test_compute_score_claimed_at_counts_by_local_day(w):
    make_claim(w, w.units[0])
    # 00:30 on 1 October in Shanghai is still 30 September in UTC.
    moment = dt.datetime(2026, 9, 30, 16, 30, tzinfo=dt.UTC)
    Claim.objects.update(claimed_at=moment)
    assert not lines(compute(w), w.units[0])["认领并签约"]["has_records"]


def test_compute_score_unit_that_joined_within_the_quarter_is_not_judged_by_it(w):
    membership = w.units[0].memberships.get()
    membership.starts_on = STARTS + dt.timedelta(days=1)
    membership.save()
    make_done(w, w.units[0])
    assert lines(compute(w), w.units[0])["共驻共建活动"]["sentence"] == "no_quarters"


def test_changed_record_changes_only_lines_that_use_it(w):
    unit = w.units[0]
    done = [make_done(w, unit, category="education") for _ in range(3)]
    make_claim(w, unit, state=ClaimState.REQUESTED)
    before = lines(compute(w), unit)

    def changed():
        after = lines(compute(w), unit)
        return {title for title in before if after[title] != before[title]}

    Delivery.objects.filter(pk=done[0].pk).update(rating="poor")
    assert changed() == {"评议"}
    before = lines(compute(w), unit)
    Claim.objects.filter(state=ClaimState.REQUESTED).update(state=ClaimState.AGREED, expires_at=None)
    assert changed() == {"认领并签约"}
    before = lines(compute(w), unit)
    make_need(w, direction=Direction.RESOURCE, owner=unit)
    assert changed() == {"资源"}
    assert changed() == {"资源"}


def test_compute_score_repeat_is_the_next_number(w):
    assert [compute(w).number for _ in range(3)] == [1, 2, 3]


def test_compute_score_of_the_clock_is_done_once(w):
    run = compute(w, by=None)
    assert (run.number, run.computed_by) == (1, None)
    with pytest.raises(Conflict):
        compute(w, by=None)


def test_compute_score_tells_the_liaisons(w):
    run = compute(w)
    told = Notification.objects.get(kind="score_computed")
    assert (told.recipient, told.row_id) == (w.liaison, run.pk)


@pytest.mark.parametrize("role", [Role.LIAISON, Role.AUDITOR, Role.DISTRICT_READER])
def test_compute_score_wrong_person(w, role):
    with pytest.raises(NotPermitted):
        compute(w, by=make_person(role, w.street))
    with pytest.raises(NotPermitted):
        compute(w, by=make_person(Role.STAFF, make_street(w.district)))
    assert not ScoreRun.objects.exists()


@pytest.mark.parametrize(
    ("starts_on", "ends_on", "field"),
    [
        (ENDS, STARTS, "ends_on"),
        (STARTS, dt.date(2199, 1, 1), "ends_on"),
        (dt.date(2024, 1, 1), dt.date(2025, 6, 30), "starts_on"),
    ],
)
def test_compute_score_bad_period(w, starts_on, ends_on, field):
    with pytest.raises(BadInput) as caught:
        compute(w, starts_on=starts_on, ends_on=ends_on)
    assert caught.value.field == field


def test_compute_score_without_scheme_members_or_with_anothers_scheme(w):
    foreign = make_scored_street()
    with pytest.raises(BadInput, match="不是本区"):
        compute(w, scheme=foreign.scheme)
    with pytest.raises(BadInput, match="还没有发布"):
        compute(w, scheme=make_scheme(state="draft"))
    empty = make_scored_street(units=0)
    with pytest.raises(Conflict, match="没有成员单位"):
        compute(empty)
    Adoption.objects.all().delete()
    with pytest.raises(BadInput, match="没有采用考核方案"):
        compute(w)


def test_compute_score_rolls_back_whole(w, monkeypatch):
    def fail(*args):
        raise Conflict("no")

    monkeypatch.setattr(module.notifications, "score_computed", fail)
    with pytest.raises(Conflict):
        compute(w)
    assert not ScoreRun.objects.exists()
    assert not Score.objects.exists()


@pytest.mark.parametrize("table", ["assessments_score", "assessments_scorerun"])
@pytest.mark.parametrize("statement", ["UPDATE {} SET id = id", "DELETE FROM {}"])
def test_scores_and_runs_refuse_raw_sql(w, table, statement):
    compute(w)
    with (
        pytest.raises(DatabaseError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement.format(table))


@pytest.mark.parametrize("count", [5, 60])
def test_compute_score_statements_do_not_grow_with_units_or_lines(count, django_assert_num_queries):
    w = make_scored_street(units=count)
    for unit in w.units:
        make_done(w, unit)
    with django_assert_num_queries(22):
        compute(w)


def two_at_once(w, results):
    """Both begin before either ends: the barrier holds them after the lock, or before, when it refuses."""
    barrier = threading.Barrier(2, timeout=10)

    def run():
        try:
            results.append(compute(w).number)
        except (Conflict, DatabaseError) as error:
            results.append(type(error).__name__)
        finally:
            connection.close()

    original = module.gather_facts

    def gather(*args):
        try:
            barrier.wait(timeout=1)
        except threading.BrokenBarrierError:
            pass
        return original(*args)

    return run, gather


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("has_lock", [True, False])
def test_compute_score_two_at_once(monkeypatch, has_lock):
    """With the lock one is refused with a sentence; the broken twin without it runs into the constraint."""
    w = make_scored_street()
    results: list = []
    run, gather = two_at_once(w, results)
    monkeypatch.setattr(module, "gather_facts", gather)
    if not has_lock:
        monkeypatch.setattr(module, "_take_lock", lambda alliance: None)
    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=20)
    assert sorted(map(str, results)) == ["1", "Conflict" if has_lock else "IntegrityError"]
    assert ScoreRun.objects.count() == 1
