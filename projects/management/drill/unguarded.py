"""The product's web server with the guard of claiming taken out: only `claim_drill --without-guard` starts it.

What a program without the conditional statement does: it looks whether enough is left, and then writes what
it has counted itself. Between the two others look as well. The listing is not held either.
"""

from django.core.wsgi import get_wsgi_application

application = get_wsgi_application()

# The actions can be imported only when the apps are loaded.
from django.urls import resolve, reverse  # noqa: E402

from projects.actions import taking  # noqa: E402

# The page takes the short way first, whose guard is another: only the long one is drilled.
resolve(reverse("listing-claim", args=[1])).func.at_once = None

# The pause is that of a busy machine; on an idle one two looks seldom meet.
taking._TAKE = """
    WITH look AS MATERIALIZED (
        SELECT id, taken, pg_sleep(0.02) FROM projects_slot
         WHERE id = %(slot)s AND taken + %(quantity)s <= quantity
    ), slot AS (
        UPDATE projects_slot s SET taken = look.taken + %(quantity)s FROM look WHERE s.id = look.id
        RETURNING s.id, s.listing_id
    ), claim AS (
        INSERT INTO projects_claim
               (slot_id, organisation_id, quantity, plan, state, answer_due, expires_at, claimed_at,
                claimed_by_id, reason)
        SELECT slot.id, %(organisation)s, %(quantity)s, %(plan)s, 'requested', %(answer_due)s, %(expires_at)s,
               %(now)s, %(by)s, ''
          FROM slot
        ON CONFLICT DO NOTHING RETURNING id
    )
    SELECT (SELECT id FROM slot), (SELECT listing_id FROM slot), (SELECT id FROM claim)
"""
