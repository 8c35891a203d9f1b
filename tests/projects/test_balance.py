"""Sums of who gave and got what, of who started, and of how long needs wait; on the page and by the API."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from members.models import Organisation, SpecialDay
from members.states import Role
from projects import actions
from projects.models import Claim, Delivery, Listing
from projects.reports.balance import balance_of
from projects.reports.periods import Period
from tests.factories.alliances import make_alliance, make_membership
from tests.factories.members import make_organisation, make_person
from tests.factories.projects import make_agreed_claim, make_claim, make_delivery, make_listing

pytestmark = pytest.mark.django_db

THIS_YEAR = Period(timezone.localdate().year)
LAST_YEAR = Period(THIS_YEAR.year - 1)


def address(circle):
    return reverse("alliance-balance", args=[circle.alliance.pk])


def lines(circle, user, period=THIS_YEAR):
    return {line.organisation: line for line in balance_of(circle.alliance, period, user).lines}


def side(circle, code):
    found = balance_of(circle.alliance, THIS_YEAR, circle.street_staff).sides
    return next((one.needs, one.resources, one.claims, one.done) for one in found if one.code == code)


def parts(flow):
    return [(part.category, part.measure, part.count, part.quantity) for part in flow.parts]


def done(circle, **fields):
    """A need of the community that the unit has done, two places of it."""
    delivery = make_delivery(circle, **fields)
    return actions.accept_delivery(delivery=delivery, by=circle.staff, rating="good")


def done_resource(circle):
    """A resource of the unit that the community took, three places of it."""
    listing = make_listing(circle, organisation=circle.unit, by=circle.liaison, direction="resource")
    claim = make_claim(circle, listing, quantity=3, organisation=circle.community, by=circle.staff)
    agreement = actions.accept_claim(claim=claim, by=circle.liaison).agreements.get()
    for person in (circle.liaison, circle.staff):
        actions.sign_agreement(agreement=agreement, by=person, text_hash=agreement.text_hash)
    delivery = actions.report_delivery(
        claim=claim, by=circle.liaison, quantity=3, done_on=timezone.localdate()
    )
    return actions.accept_delivery(delivery=delivery, by=circle.staff, rating="good")


def first_claimed_after(circle, *days, published=date(THIS_YEAR.year, 3, 2)):
    """Needs published on one day, each claimed for the first time so many days later."""
    for count in days:
        claim = make_claim(circle, make_listing(circle))
        at = timezone.make_aware(timezone.datetime(published.year, published.month, published.day, 9))
        Listing.objects.filter(pk=claim.listing.pk).update(published_at=at)
        Claim.objects.filter(pk=claim.pk).update(claimed_at=at + timedelta(days=count))


# --- Numbers --------------------------------------------------------------------------------------
def test_balance_counts_given_and_got_in_both_directions(circle):
    done(circle)
    done_resource(circle)
    found = lines(circle, circle.street_staff)
    category = str(Listing.objects.first().category)
    assert parts(found[circle.unit].given) == [(category, "个", 2, 5)]
    assert parts(found[circle.community].got) == [(category, "个", 2, 5)]
    assert found[circle.unit].got.count == found[circle.community].given.count == 0
    assert found[circle.other_unit].given.count == found[circle.other_unit].got.count == 0


def test_balance_tells_measures_apart(circle):
    done(circle)
    done(circle, listing=make_listing(circle, measure="场", title="义诊"))
    given = lines(circle, circle.street_staff)[circle.unit].given
    assert [(measure, count, quantity) for _c, measure, count, quantity in parts(given)] == [
        ("个", 1, 2),
        ("场", 1, 2),
    ]
    assert given.count == 2


def test_balance_counts_a_matter_in_two_deliveries_once(circle):
    delivery = make_delivery(circle, delivered=1)
    actions.accept_delivery(delivery=delivery, by=circle.staff, rating="good")
    second = actions.report_delivery(
        claim=delivery.claim, by=circle.liaison, quantity=1, done_on=timezone.localdate()
    )
    actions.accept_delivery(delivery=second, by=circle.staff, rating="good")
    given = lines(circle, circle.street_staff)[circle.unit].given
    assert [(part.count, part.quantity) for part in given.parts] == [(1, 2)]


def test_balance_counts_only_what_was_confirmed_in_the_period(circle):
    make_delivery(circle)  # nobody has confirmed it
    delivery = done(circle)
    ago = timezone.make_aware(timezone.datetime(LAST_YEAR.year, 12, 31, 23, 59))
    Delivery.objects.filter(pk=delivery.pk).update(acknowledged_at=ago)
    assert lines(circle, circle.street_staff)[circle.unit].given.count == 0
    assert lines(circle, circle.street_staff, LAST_YEAR)[circle.unit].given.count == 1
    assert lines(circle, circle.street_staff, Period(LAST_YEAR.year, 4))[circle.unit].given.count == 1
    found = lines(circle, circle.street_staff, Period(LAST_YEAR.year, 3))
    assert found[circle.unit].given.count == 0


def test_balance_counts_signed_promises_of_the_doer(circle):
    make_agreed_claim(circle)
    make_claim(circle, make_listing(circle))
    found = lines(circle, circle.street_staff)
    assert (found[circle.unit].promised, found[circle.community].promised) == (1, 0)


def test_balance_counts_who_started(circle):
    done(circle)
    done_resource(circle)
    make_listing(circle)
    make_listing(circle, is_published=False)
    assert side(circle, "units") == (0, 1, 1, 2)
    assert side(circle, "street") == (2, 0, 1, 0)


def test_balance_waits_need_three(circle):
    first_claimed_after(circle, 1, 2)
    waits = balance_of(circle.alliance, THIS_YEAR, circle.street_staff).waits
    assert (waits.n, waits.median, waits.longest) == (2, None, None)
    first_claimed_after(circle, 1)
    assert balance_of(circle.alliance, THIS_YEAR, circle.street_staff).waits.n == 3


def test_balance_waits_are_working_days(circle):
    start = date(THIS_YEAR.year, 3, 2)
    for number in range(15):
        SpecialDay.objects.update_or_create(
            day=start + timedelta(days=number),
            defaults={"is_workday": number not in (5, 6), "note": "测试"},
        )
    first_claimed_after(circle, 1, 4, 8)
    waits = balance_of(circle.alliance, THIS_YEAR, circle.street_staff).waits
    assert (waits.median, waits.longest) == (4, 6)


def test_balance_waits_begin_again_when_a_need_is_published_again(circle):
    claim = make_claim(circle)
    Claim.objects.filter(pk=claim.pk).update(claimed_at=timezone.now() - timedelta(days=3))
    assert balance_of(circle.alliance, THIS_YEAR, circle.street_staff).waits.n == 0


def test_balance_names_the_needs_that_wait_longest_first(circle):
    young, old = make_listing(circle, title="新的"), make_listing(circle, title="旧的")
    Listing.objects.filter(pk=old.pk).update(published_at=timezone.now() - timedelta(days=30))
    make_claim(circle, make_listing(circle, title="满了"), quantity=5)
    balance = balance_of(circle.alliance, THIS_YEAR, circle.street_staff)
    assert [row.need for row in balance.waiting] == [old, young]
    assert balance.waiting[0].days > 10
    assert balance.waiting_count == 2


def test_balance_is_ordered_by_name_whatever_was_given(circle):
    before = list(lines(circle, circle.street_staff))
    done(circle)
    done_resource(circle)
    assert list(lines(circle, circle.street_staff)) == before
    assert before == sorted(before, key=lambda one: one.sort_key)


# --- Joint claims ---------------------------------------------------------------------------------
def agree_together(circle, *, lead, partner, direction="need"):
    """A signed claim of both units: of a need of the community, or of a resource of the street."""
    owner = (
        (circle.community, circle.staff) if direction == "need" else (circle.street, circle.street_staff)
    )
    listing = make_listing(
        circle, quantity=lead + partner, organisation=owner[0], by=owner[1], direction=direction
    )
    claim = actions.claim_together(
        slot=listing.slots.get(),
        organisation=circle.unit,
        by=circle.liaison,
        shares=[(circle.unit, lead), (circle.other_unit, partner)],
    )
    share = claim.shares.get(organisation=circle.other_unit)
    actions.confirm_share(share=share, by=circle.other_liaison)
    agreement = actions.accept_claim(claim=claim, by=owner[1]).agreements.get()
    for person in (circle.liaison, owner[1]):
        actions.sign_agreement(agreement=agreement, by=person, text_hash=agreement.text_hash)
    claim.refresh_from_db()
    return claim


def deliver(circle, claim, quantity, *, on=None):
    """Confirmed today, or on another day."""
    provider, requester = (
        (circle.liaison, circle.staff)
        if claim.listing.direction == "need"
        else (circle.street_staff, circle.liaison)
    )
    delivery = actions.report_delivery(
        claim=claim, by=provider, quantity=quantity, done_on=timezone.localdate()
    )
    actions.accept_delivery(delivery=delivery, by=requester, rating="good")
    if on:
        at = timezone.make_aware(timezone.datetime(on.year, on.month, on.day, 9))
        Delivery.objects.filter(pk=delivery.pk).update(acknowledged_at=at)


def counted(circle, flow, period=THIS_YEAR):
    """Matters and quantity of both units."""
    found = lines(circle, circle.street_staff, period)
    sums = (getattr(found[unit], flow).parts for unit in (circle.unit, circle.other_unit))
    return [[(part.count, part.quantity) for part in parts] for parts in sums]


def test_balance_divides_a_joint_claim_among_its_units(circle):
    claim = agree_together(circle, lead=7, partner=3)
    deliver(circle, claim, 10)
    assert counted(circle, "given") == [[(1, 7)], [(1, 3)]]
    got = lines(circle, circle.street_staff)[circle.community].got
    assert [(part.count, part.quantity) for part in got.parts] == [(1, 10)]


def test_balance_divides_a_part_by_the_shares_and_loses_nothing(circle):
    claim = agree_together(circle, lead=2, partner=1)
    deliver(circle, claim, 1)
    assert counted(circle, "given") == [[(1, 1)], [(1, 0)]]
    deliver(circle, claim, 1)
    assert counted(circle, "given") == [[(1, 1)], [(1, 1)]]
    deliver(circle, claim, 1)
    assert counted(circle, "given") == [[(1, 2)], [(1, 1)]]


def test_balance_of_two_years_adds_up_to_the_shares(circle):
    claim = agree_together(circle, lead=2, partner=2)
    deliver(circle, claim, 1, on=date(LAST_YEAR.year, 12, 30))
    deliver(circle, claim, 3)
    assert counted(circle, "given", LAST_YEAR) == [[(1, 1)], [(1, 0)]]
    assert counted(circle, "given") == [[(1, 1)], [(1, 2)]]


def test_balance_divides_what_several_took_of_a_resource(circle):
    deliver(circle, agree_together(circle, lead=1, partner=4, direction="resource"), 5)
    assert counted(circle, "got") == [[(1, 1)], [(1, 4)]]
    given = lines(circle, circle.street_staff)[circle.street].given
    assert [(part.count, part.quantity) for part in given.parts] == [(1, 5)]


def test_balance_leaves_out_who_stayed_out(circle):
    listing = make_listing(circle, quantity=5)
    claim = actions.claim_together(
        slot=listing.slots.get(),
        organisation=circle.unit,
        by=circle.liaison,
        shares=[(circle.unit, 3), (circle.other_unit, 2)],
    )
    share = claim.shares.get(organisation=circle.other_unit)
    actions.decline_share(share=share, by=circle.other_liaison, reason="人手不够")
    agreement = actions.accept_claim(claim=claim, by=circle.staff).agreements.get()
    for person in (circle.liaison, circle.staff):
        actions.sign_agreement(agreement=agreement, by=person, text_hash=agreement.text_hash)
    found = lines(circle, circle.street_staff)
    assert (found[circle.unit].promised, found[circle.other_unit].promised) == (1, 0)
    deliver(circle, claim, 3)
    assert counted(circle, "given") == [[(1, 3)], []]


def test_balance_counts_the_promise_of_each_partner_and_a_shared_resource_once(circle):
    agree_together(circle, lead=1, partner=1)
    agree_together(circle, lead=1, partner=1, direction="resource")
    found = lines(circle, circle.street_staff)
    promised = [found[one].promised for one in (circle.unit, circle.other_unit, circle.street)]
    assert promised == [1, 1, 1]


def test_balance_counts_a_joint_claim_once_for_the_side_that_does_it(circle):
    deliver(circle, agree_together(circle, lead=1, partner=1), 2)
    assert side(circle, "units") == (0, 0, 1, 1)
    assert side(circle, "street") == (1, 0, 0, 0)


@pytest.mark.parametrize("who", ["street_staff", "other_liaison"])
def test_balance_leads_partners_to_their_joint_claims(circle, client, who):
    deliver(circle, agree_together(circle, lead=2, partner=1), 1)
    deliver(circle, agree_together(circle, lead=1, partner=1, direction="resource"), 2)
    agree_together(circle, lead=1, partner=1)
    client.force_login(getattr(circle, who))
    line = lines(circle, getattr(circle, who))[circle.other_unit]
    # What is signed and begun stays promised until all of it is done.
    doors = [(line.given.url, 1), (line.got.url, 1), (line.promised_url, line.promised)]
    assert (line.given.count, line.got.count, line.promised) == (1, 1, 2)
    for url, count in doors:
        assert client.get(url).context["page"].count == count, url


def test_balance_number_of_queries_does_not_grow_with_joint_claims(circle):
    def count():
        with CaptureQueriesContext(connection) as queries:
            lines(circle, circle.street_staff)
        return len(queries)

    deliver(circle, agree_together(circle, lead=1, partner=1), 2)
    count()
    before = count()
    for _ in range(3):
        deliver(circle, agree_together(circle, lead=2, partner=1), 1)
    assert count() == before


# --- Addresses ------------------------------------------------------------------------------------
def test_balance_each_number_leads_to_its_rows(circle, client):
    done(circle)
    done_resource(circle)
    make_agreed_claim(circle)
    make_listing(circle)
    client.force_login(circle.street_staff)
    balance = balance_of(circle.alliance, THIS_YEAR, circle.street_staff)
    doors = [(balance.waiting_url, balance.waiting_count)]
    for line in balance.lines:
        doors += [(line.given.url, line.given.count), (line.got.url, line.got.count)]
        doors += [(line.promised_url, line.promised)]
    for one in balance.sides:
        doors += [(one.needs_url, one.needs), (one.resources_url, one.resources)]
        doors += [(one.claims_url, one.claims), (one.done_url, one.done)]
    assert sum(count for _url, count in doors) > 10
    for url, count in doors:
        assert client.get(url).context["page"].count == count, url


@pytest.mark.parametrize("text", ["x", "2026Q5", "99999", "２０２６"])
def test_lists_of_a_period_that_does_not_exist_are_empty(circle, client, text):
    make_claim(circle)
    client.force_login(circle.street_staff)
    for name, field in (
        ("claim-list", "claimed"),
        ("claim-list", "delivered"),
        ("listing-list", "published"),
    ):
        page = client.get(reverse(name), {"view": "all", field: text}).context["page"]
        assert page.count == 0


@pytest.mark.parametrize(
    ("period", "first", "last"),
    [
        (Period(2026), date(2026, 1, 1), date(2026, 12, 31)),
        (Period(2024, 1), date(2024, 1, 1), date(2024, 3, 31)),
        (Period(2026, 2), date(2026, 4, 1), date(2026, 6, 30)),
    ],
)
def test_period_first_and_last_day(period, first, last):
    assert (period.starts_on, period.ends_on) == (first, last)
    assert Period.read(period.code) == period


# --- Who sees what --------------------------------------------------------------------------------
def test_balance_of_another_alliance_is_missing(circle, client):
    client.force_login(circle.stranger)
    assert client.get(address(circle)).status_code == 404
    assert client.get(f"/api/balance/?alliance={circle.alliance.pk}").status_code == 404
    assert client.get("/api/balance/").status_code == 404


def test_balance_a_unit_sees_its_own_line_and_the_sums(circle, client):
    done(circle)
    assert list(lines(circle, circle.liaison)) == [circle.unit]
    assert list(lines(circle, circle.other_liaison)) == [circle.other_unit]
    assert set(lines(circle, circle.street_staff)) == {
        circle.street,
        circle.community,
        circle.unit,
        circle.other_unit,
    }
    client.force_login(circle.other_liaison)
    text = client.get(address(circle)).content.decode()
    assert "梧桐医院" not in text
    assert "每个单位只看到自己的一行" in text
    assert "doer=units" not in text


def test_balance_district_reader_sees_all_lines(circle):
    reader = make_person(Role.DISTRICT_READER, Organisation.objects.get_root(circle.street))
    assert len(lines(circle, reader)) == 4


def test_balance_shows_no_rank_points_percent_or_person(circle, client):
    done(circle)
    client.force_login(circle.street_staff)
    text = client.get(address(circle)).content.decode().split("<main", 1)[1].split("</main", 1)[0]
    for word in ("第一名", "名次", "积分", "得分", "%</", "陈嘉", "周洁"):
        assert word not in text


def test_balance_of_a_year_that_is_none_says_so(circle, client):
    client.force_login(circle.street_staff)
    assert client.get(address(circle), {"year": "1066"}).status_code == 400
    assert client.get(address(circle), {"quarter": "2"}).context["period"] == Period(THIS_YEAR.year, 2)


def test_alliance_page_leads_to_its_balance(circle, client):
    client.force_login(circle.liaison)
    assert address(circle) in client.get(circle.alliance.get_absolute_url()).content.decode()


# --- API and cost ---------------------------------------------------------------------------------
def test_api_balance_tells_what_the_page_shows(circle, client):
    done(circle)
    client.force_login(circle.liaison)
    answer = client.get(f"/api/balance/?alliance={circle.alliance.pk}").json()
    [line] = answer["lines"]
    assert (line["organisation"], line["promised"], line["got"]) == (circle.unit.pk, 0, [])
    assert (line["given"][0]["count"], line["given"][0]["quantity"]) == (1, 2)
    assert answer["sides"][0] == {"side": "units", "needs": 0, "resources": 0, "claims": 1, "done": 1}
    assert answer["waits"] == {"n": 1, "median": None, "longest": None}
    assert client.get(f"/api/balance/?alliance={circle.alliance.pk}&quarter=7").status_code == 400


def test_balance_number_of_queries_is_constant(client):
    alliance = make_alliance()
    client.force_login(make_person(Role.STREET_ADMIN, alliance.host))
    page = reverse("alliance-balance", args=[alliance.pk])

    def count_with(members):
        while alliance.memberships.count() < members:
            unit = make_organisation(parent=alliance.host)
            make_membership(alliance=alliance, organisation=unit)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            response = client.get(page)
        assert len(response.context["balance"].lines) == members
        return len(queries)

    count_with(1)
    assert count_with(5) == count_with(60)
