-- One alliance of {units} units: a need and a resource for each, twenty delivered claims under agreements for each.
INSERT INTO alliances_alliance (name, host_id, purpose, needs_name, resources_name, projects_name, answer_days, sign_days, acknowledge_days, started_on)
VALUES ('BENCH', 1, '', '需求清单', '资源清单', '项目清单', 5, 10, 5, DATE '2020-01-01');

CREATE TEMPORARY TABLE bench_unit ON COMMIT DROP AS
SELECT row_number() OVER (ORDER BY id) AS n, id FROM (SELECT id FROM members_organisation WHERE id > 100000 ORDER BY id LIMIT {units}) found;

INSERT INTO alliances_membership (alliance_id, organisation_id, role, contact_name, contact_phone, starts_on)
SELECT a.id, u.id, 'member', '', '', DATE '2020-01-01' FROM alliances_alliance a, bench_unit u WHERE a.name = 'BENCH';

INSERT INTO projects_listing (alliance_id, organisation_id, direction, category_id, title, audience, place, measure, done_means, note,
                              state, published_at, published_by_id, created_at)
SELECT a.id, CASE direction WHEN 'need' THEN 10001 + u.n % 1000 ELSE u.id END, direction, c.ids[1 + u.n % array_length(c.ids, 1)],
       'BENCH ' || u.n, '', '', '次', '', '', 'published', now() - INTERVAL '1 hour', {publisher}, now()
  FROM alliances_alliance a, bench_unit u, (VALUES ('need'), ('resource')) d (direction),
       (SELECT array_agg(id) AS ids FROM projects_category) c
 WHERE a.name = 'BENCH';

INSERT INTO projects_slot (listing_id, quantity, taken)
SELECT l.id, 100, 20 FROM projects_listing l JOIN alliances_alliance a ON a.id = l.alliance_id WHERE a.name = 'BENCH';

CREATE TEMPORARY TABLE bench_claim ON COMMIT DROP AS
SELECT nextval(pg_get_serial_sequence('projects_claim', 'id')) AS id, nextval(pg_get_serial_sequence('projects_agreement', 'id')) AS agreement_id,
       a.id AS alliance_id, s.id AS slot_id, l.organisation_id AS owner_id, u.id AS unit_id
  FROM alliances_alliance a
  JOIN projects_listing l ON l.alliance_id = a.id AND l.direction = 'need'
  JOIN projects_slot s ON s.listing_id = l.id
  CROSS JOIN generate_series(1, 20) g
  JOIN bench_unit u ON u.n = 1 + (l.id * 20 + g) % {units}
 WHERE a.name = 'BENCH';

INSERT INTO projects_claim (id, slot_id, organisation_id, quantity, plan, state, answer_due, claimed_at, claimed_by_id, answered_at, answered_by_id, reason)
SELECT id, slot_id, unit_id, 1, '', 'delivered', CURRENT_DATE, now() - INTERVAL '1 hour', {publisher}, now(), {publisher}, '' FROM bench_claim;

INSERT INTO projects_agreement (id, alliance_id, provider_id, requester_id, version, text, text_hash, state, sign_due, deliver_by, created_at,
                                provider_signed_at, provider_signed_by_id, requester_signed_at, requester_signed_by_id)
SELECT agreement_id, alliance_id, unit_id, owner_id, 1, 'BENCH', repeat('0', 64), 'signed', CURRENT_DATE, CURRENT_DATE, now(),
       now(), {publisher}, now(), {other} FROM bench_claim;

INSERT INTO projects_agreementclaim (agreement_id, claim_id) SELECT agreement_id, id FROM bench_claim;

INSERT INTO projects_delivery (claim_id, quantity, done_on, report, state, acknowledge_due, reported_at, reported_by_id,
                               accepted_quantity, acknowledged_at, acknowledged_by_id, rating, remark)
SELECT id, 1, CURRENT_DATE - (id % 300)::int, '', 'accepted', CURRENT_DATE, now(), {publisher}, 1, now(), {other},
       (ARRAY['excellent', 'good', 'fair', 'poor'])[1 + id % 4], '' FROM bench_claim;
