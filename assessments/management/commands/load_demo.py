"""Fills an empty database with the fictional district; a second run keeps what is there."""

import datetime as dt
import time

from django.core.management.base import BaseCommand
from django.db import transaction
from django.utils import timezone

from assessments import scoring
from assessments.actions.reports import publish_report
from assessments.actions.schemes import adopt_scheme
from assessments.actions.scores import compute_score
from assessments.management.demo import clock, people, residents, stories
from assessments.management.demo.duties import Coming, Duties
from assessments.management.demo.line import Line, read_lists
from assessments.management.demo.quarter import Quarter
from assessments.management.demo.streets import (
    DISTRICT,
    LARGE,
    SMALL,
    Plan,
    Street,
    build_district,
    build_street,
)
from assessments.management.demo.table import Table, set_district_rules
from assessments.management.demo.ventures import Ventures
from assessments.models import Scheme
from members.actions.notifications import mark_all_read
from members.models import Notification, Organisation, User
from projects.actions import expire_listings
from projects.models import Claim
from workflow.actions import request_id

SCALES = {"small": (SMALL,), "street": (SMALL, LARGE)}
SCHEME = "成员单位考核办法（甲案）"
SURVEYED = "社区会议室功放音响维修"


class Command(BaseCommand):
    help = (
        "Load the fictional district: one street with 45 units, with --scale street another with 242. "
        "Each street is one transaction, so that a killed run leaves whole streets only; what is there stays."
    )

    def add_arguments(self, parser):
        parser.add_argument("--scale", choices=sorted(SCALES), default="small")
        parser.add_argument("--print-logins", action="store_true", help="print logins and one survey link")
        parser.add_argument(
            "--address",
            default="http://127.0.0.1:8000/",
            help="where the pages are served, for the survey link (default: %(default)s)",
        )

    def handle(self, *, scale: str, print_logins: bool, address: str, **options):
        self.began = time.monotonic()
        request_id.set("load_demo")
        for plan in SCALES[scale]:
            with transaction.atomic():
                self._load(plan)
        if print_logins:
            self._print_logins(address)

    def say(self, text: str) -> None:
        """One line of progress."""
        self.stderr.write(f"load_demo: {time.monotonic() - self.began:5.1f} s  {text}")

    def _load(self, plan: Plan) -> None:
        if Organisation.objects.filter(name=f"{plan.name}党工委").exists():
            self.say(f"{plan.name} is there already")
            return
        today = timezone.localdate()
        starts_on, ends_on = scoring.quarter_before(today)
        founded = starts_on.replace(year=starts_on.year - 1, month=1, day=8)
        district = Organisation.objects.filter(name=DISTRICT, depth=1).first()
        if district is None:
            district, admin = build_district(founded)
            set_district_rules(district, admin, founded)
        else:
            admin = User.objects.get(username="yunqi")
        street = build_street(district, admin, plan, founded, self.say)
        self._walk(street, today, founded, starts_on, ends_on)

    def _walk(
        self, street: Street, today: dt.date, founded: dt.date, starts_on: dt.date, ends_on: dt.date
    ) -> None:
        """The straight line and the meetings: last quarter up to its report, then the last weeks up to today."""
        name, line = street.plan.name, Line(street, read_lists())
        adopt_scheme(
            alliance=street.alliance,
            scheme=Scheme.objects.get(owner=None, name=SCHEME),
            starts_on=starts_on,
            by=street.admin,
        )
        surveyed: Claim | None = None
        for story in stories.PAST:
            claims = line.tell(story, starts_on + dt.timedelta(days=story.day))
            if story.title == SURVEYED:
                surveyed = claims[0]
        self.say(f"{name}: last quarter's listings, claims, agreements and deliveries")
        table = Table(street, today)
        table.prepare(founded, starts_on)
        duties = Duties(table, Quarter(table).play(starts_on))
        duties.play_past()
        self.say(f"{name}: a joint meeting held and filed, and what became of its duties")
        residents.play_closed(street, surveyed.deliveries.get(), today)
        with clock.on(ends_on + dt.timedelta(days=6)):
            run = compute_score(
                alliance=street.alliance, starts_on=starts_on, ends_on=ends_on, by=street.admin
            )
        with clock.on(ends_on + dt.timedelta(days=9)):
            report = publish_report(run=run, by=street.admin)
        self.say(f"{name}: a survey closed, {run.scores.count()} scores computed, report {report.number}")
        newest = Notification.objects.latest("pk").pk
        for user in [street.admin, *street.people.values()]:
            mark_all_read(up_to=newest, by=user)
        for story in stories.PRESENT:
            line.tell(story, today + dt.timedelta(days=story.day))
        Ventures(street, founded, today).play()
        residents.play_open(street, today)
        duties.play_present()
        Coming(table).play()
        expire_listings(today=today, by=None)  # as the clock did every day
        self.say(f"{name}: the last weeks, a survey that is open, and the next meetings")

    def _print_logins(self, address: str) -> None:
        slug = SMALL.slug
        rows = [
            ("staff", slug),
            ("community", f"{slug}-c01"),
            ("unit", f"{slug}-u01"),
            ("district", "yunqi"),
        ]
        self.stdout.write(f"Logins, all with the password {people.PASSWORD}")
        for label, username in rows:
            user = User.objects.get(username=username)
            self.stdout.write(f"  {label:<10} {username:<14} {user.name}, {user.organisation}")
        self.stdout.write(
            f"  others     {slug}-k1 … -k3, -c02 … -c10, -u02 … -u{SMALL.units}, {slug}-staff, yunqi-reader"
        )
        dealt = residents.deal_code(User.objects.get(username=f"{slug}-c01"))
        if dealt:
            survey, code = dealt
            self.stdout.write(
                f"Survey with an unused code\n  {address.rstrip('/')}/s/{survey.public_id}/#{code}"
            )
        else:
            self.stdout.write("The demo's survey is over; open one as the community.")
