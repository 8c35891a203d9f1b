"""What the demo promises: the whole line, invented people, and a second run that changes nothing."""

import datetime as dt
from io import StringIO

import pytest
from django.apps import apps
from django.contrib.auth import authenticate
from django.core.management import call_command
from django.db import transaction
from django.db.models import CharField, F, Q, Sum, TextField
from django.utils import timezone

from alliances.models import (
    Alliance,
    Appeal,
    Confirmation,
    Duty,
    DutyTerm,
    FlowBack,
    Meeting,
    Membership,
    Opinion,
    Procedure,
    Tally,
)
from alliances.reports import work_for
from alliances.states import (
    AppealKind,
    AppealState,
    DutyState,
    ItemOutcome,
    ItemSource,
    ItemState,
    MeetingState,
    MotionForm,
    Presence,
)
from assessments import rules, scoring
from assessments.actions.answers import check_code
from assessments.management.demo import clock, names, people
from assessments.management.demo.line import Line, read_lists
from assessments.models import Report, Score, Survey
from assessments.reports.residents import face
from members.models import Organisation, User
from projects.models import Agreement, Claim, Delivery, Dispute, Listing, Slot
from projects.reports import ledger_faults
from projects.states import LIVE_CLAIM_STATES, AgreementState, ClaimState, Direction, ListingState, Outcome

MODELS = [
    model
    for room in ("members", "alliances", "projects", "assessments")
    for model in apps.get_app_config(room).get_models()
]
#: Words of the source rows that say too much of a person, and places and firms that exist.
SENSITIVE = (
    "孤独症",
    "残疾",
    "伤残",
    "五保",
    "重病",
    "流动儿童",
    "儿童",
    "衡阳",
    "深圳",
    "顺鑫",
    "三江楼",
    "中车",
)


def load(*arguments: str) -> str:
    out = StringIO()
    call_command("load_demo", *arguments, stdout=out, stderr=StringIO())
    return out.getvalue()


def sizes() -> dict[str, int]:
    return {model._meta.label: model._base_manager.count() for model in MODELS}


@pytest.fixture(scope="module")
def demo(django_db_setup, django_db_blocker):
    """The small demo, loaded once for this file and rolled back after it."""
    with django_db_blocker.unblock(), transaction.atomic():
        load()
        yield
        transaction.set_rollback(True)


@pytest.mark.usefixtures("demo")
class TestSmall:
    def test_one_district_with_a_street_of_45_units(self):
        assert Organisation.objects.units().count() == 45
        alliance = Alliance.objects.get()
        assert alliance.memberships.current().filter(organisation__kind__level="unit").count() == 45
        assert set(Organisation.objects.filter(kind__level="committee").values_list("kind__code", flat=True)) == {
            "administrative_group", "residential_committee", "enterprise_committee",
        }  # fmt: skip

    def test_listings_are_the_sample_rows(self):
        rows = read_lists()
        titles = set(Listing.objects.filter(duty=None).values_list("title", flat=True))
        assert titles == set(rows)
        assert Listing.objects.needs().filter(duty=None).count() == 22
        assert Listing.objects.resources().count() == 8

    def test_every_stage_of_the_line_is_there(self):
        assert set(Listing.objects.values_list("state", flat=True)) >= {
            ListingState.DRAFT, ListingState.PUBLISHED, ListingState.EXPIRED, ListingState.SETTLED, ListingState.INFEASIBLE,
        }  # fmt: skip
        assert set(Claim.objects.values_list("state", flat=True)) == set(ClaimState) - {
            ClaimState.REVOKED, ClaimState.HELD,
        }  # fmt: skip
        assert set(Claim.objects.values_list("slot__listing__direction", flat=True)) == set(Direction)
        today = timezone.localdate()
        assert not Claim.objects.past_hold().exists()
        assert Claim.objects.unanswered().filter(answer_due__gte=today).exists()
        assert Agreement.objects.unsigned().filter(sign_due__lt=today).exists()
        assert Agreement.objects.filter(state=AgreementState.SIGNED).exists()
        assert Delivery.objects.unacknowledged().exists()
        assert Delivery.objects.accepted().exclude(rating="").exists()
        assert Delivery.objects.exclude(answer="").exists()
        assert set(Dispute.objects.values_list("outcome", flat=True)) == {"", Outcome.PROVIDER_AGREED}
        assert ledger_faults() == []

    def test_numbers_add_up(self):
        held = Sum("claims__quantity", filter=Q(claims__state__in=LIVE_CLAIM_STATES), default=0)
        assert not Slot.objects.annotate(held=held).exclude(taken=F("held")).exists()

    def test_last_quarter_is_scored_and_reported(self):
        starts_on, ends_on = scoring.quarter_before(timezone.localdate())
        run = Report.objects.get().run
        assert (run.starts_on, run.ends_on) == (starts_on, ends_on)
        assert Score.objects.count() == 45
        assert Score.objects.filter(points__gt=0).values("points").distinct().count() > 2
        assert Delivery.objects.accepted().filter(done_on__range=(starts_on, ends_on)).count() > 30

    def test_a_survey_is_counted_and_another_is_open(self):
        closed, opened = Survey.objects.order_by("state")
        assert closed.answers_opened >= rules.COMPARISON_FLOOR
        assert closed.remarks.count() >= rules.REMARK_FLOOR
        assert opened.codes_issued > opened.codes.filter(envelope__isnull=False).count()

    def test_last_quarter_has_a_meeting_that_is_filed(self):
        starts_on, ends_on = scoring.quarter_before(timezone.localdate())
        meeting = Meeting.objects.get(state=MeetingState.CLOSED)
        assert starts_on <= meeting.held_on <= ends_on
        assert timezone.localdate(meeting.closed_at) <= ends_on
        outcomes = list(meeting.items.order_by("position").values_list("outcome", flat=True)[:4])
        assert outcomes == [
            ItemOutcome.CARRIED, ItemOutcome.CONSENSUS, ItemOutcome.CARRIED, ItemOutcome.DEFERRED,
        ]  # fmt: skip
        assert meeting.items.filter(state=ItemState.RETURNED).exclude(return_reason="").count() == 1
        assert set(meeting.attendances.values_list("presence", "has_vote")) == {
            (Presence.PRESENT, True), (Presence.EXCUSED, True), (Presence.ABSENT, True), (Presence.REPRESENTED, True),
            (Presence.PRESENT, False),
        }  # fmt: skip
        assert Opinion.objects.get().item.decision.supersedes is None
        confirmed = Confirmation.objects.filter(minutes=meeting.minutes.get())
        assert 30 < confirmed.count() < meeting.attendances.asked().count()

    def test_votes_are_by_two_thirds_and_one_is_on_paper(self):
        hands, paper = Tally.objects.select_related("motion").order_by("motion__form")
        assert (hands.motion.form, paper.motion.form) == (MotionForm.OPEN, MotionForm.PAPER)
        for tally in (hands, paper):
            assert tally.is_passed
            assert tally.needed == -(-2 * tally.present // 3)
        assert hands.against
        assert paper.motion.counted_by != paper.motion.closed_by

    def test_duties_stand_where_duties_stand(self):
        assert Duty.objects.filter(state=DutyState.DONE).get().reports.count() == 2
        late = Duty.objects.overdue().get()
        assert late.items.get().meeting.state == MeetingState.PLANNED
        back = FlowBack.objects.get()
        assert back.to == back.duty.lead == Alliance.objects.get().host
        assert Appeal.objects.get(state=AppealState.GRANTED).answer
        assert set(Appeal.objects.filter(state=AppealState.WAITING).values_list("kind", flat=True)) == {
            AppealKind.HELP, AppealKind.ESCALATION,
        }  # fmt: skip
        assert Listing.objects.get(duty__isnull=False).state == ListingState.PUBLISHED

    def test_next_agenda_opens_with_results_then_overdue_then_deferred(self):
        meeting = Meeting.objects.get(state=MeetingState.PLANNED)
        assert meeting.held_on > timezone.localdate()
        sources = list(meeting.items.on_agenda().values_list("source", flat=True))
        assert sources == [
            ItemSource.LAST_RESULTS, ItemSource.OVERDUE_DUTY, ItemSource.DEFERRED,
            ItemSource.MEMBER, ItemSource.MEMBER, ItemSource.STREET,
        ]  # fmt: skip
        assert meeting.items.filter(state=ItemState.PROPOSED).exists()

    @pytest.mark.parametrize(
        ("username", "kind"),
        [
            ("tingsong-staff", MeetingState.PLANNED),
            ("tingsong-u01", MeetingState.NOTICED),
            ("tingsong-u02", MeetingState.CALLED),
            ("yunqi", AppealKind.ESCALATION),
        ],
    )
    def test_everybody_has_something_to_do_for_the_meetings(self, username, kind):
        row = (
            Appeal.objects.get(kind=kind) if kind in AppealKind.values else Meeting.objects.get(state=kind)
        )
        user = User.objects.get(username=username)
        told = " ".join(f"{work.title} {work.url}" for work in work_for(user))
        assert str(row.duty if kind in AppealKind.values else row) in told

    def test_enterprises_have_their_fixed_contact_but_for_two(self):
        enterprises = Membership.objects.current().filter(
            organisation__path__startswith=Organisation.objects.get(kind__code="enterprise_committee").path,
            organisation__kind__level="unit",
        )
        assert enterprises.filter(committee_contact="").count() == 2
        assert DutyTerm.objects.current().exists()
        alliance = Alliance.objects.get()
        assert Procedure.objects.terms_of(alliance).majority == "two_thirds"
        assert (
            Procedure.objects.filter(district=None).count()
            == Procedure.objects.filter(alliance=None).count()
            == 1
        )

    def test_no_sensitive_word_and_no_telephone_that_rings(self):
        for model in MODELS:
            texts = [f.attname for f in model._meta.fields if isinstance(f, CharField | TextField)]
            for word in SENSITIVE:
                condition = Q(pk__in=[])
                for text in texts:
                    condition |= Q(**{f"{text}__contains": word})
                assert not model._base_manager.filter(condition).exists(), (model, word)
        phones = Membership.objects.exclude(contact_phone="").values_list("contact_phone", flat=True)
        assert len(set(phones)) == len(phones) > 45
        assert all(phone.startswith("0500-0000") for phone in phones)

    def test_a_second_run_changes_nothing(self):
        before = sizes()
        load()
        assert sizes() == before

    def test_printed_logins_sign_in_and_the_code_is_unused(self):
        printed = load("--print-logins", "--address", "http://127.0.0.1:8123/")
        link = printed.split("http://127.0.0.1:8123/s/")[1].strip()
        public_id, code = link.split("/#")
        digest = check_code(face=face(public_id), code=code)
        assert (
            not Survey.objects.get(public_id=public_id)
            .codes.filter(pk=digest, envelope__isnull=False)
            .exists()
        )
        for username in ("tingsong", "tingsong-c01", "tingsong-u01", "yunqi"):
            assert username in printed
            assert authenticate(username=username, password=people.PASSWORD)

    def test_acts_carry_their_day_and_history_its_own(self):
        first = Claim.objects.order_by("claimed_at").first()
        assert timezone.localdate(first.claimed_at) < timezone.localdate() - dt.timedelta(days=30)
        assert first.claimed_at < first.answered_at
        assert not Delivery.objects.filter(reported_at__gt=timezone.now()).exists()


@pytest.mark.django_db
def test_a_run_that_dies_leaves_nothing(monkeypatch):
    def die(*arguments):
        raise KeyboardInterrupt

    monkeypatch.setattr(Line, "tell", die)
    with pytest.raises(KeyboardInterrupt):
        load()
    assert not Organisation.objects.exists()
    assert not User.objects.exists()


def test_clock_is_set_back_and_comes_back():
    day = timezone.localdate() - dt.timedelta(days=40)
    real = timezone.datetime
    with clock.on(day, hour=8):
        assert timezone.localdate() == day
        assert timezone.localtime(Claim._meta.get_field("claimed_at").get_default()).hour == 8
    assert timezone.datetime is real
    with clock.on(timezone.localdate() + dt.timedelta(days=9)):
        assert timezone.now() - real.now(dt.UTC) < dt.timedelta(seconds=5)


def test_names_do_not_repeat_within_a_district():
    assert len({names.unit(number)[2] for number in range(2500)}) == 2500
