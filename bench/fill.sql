-- Rows of a city: {districts} districts, {streets} streets with {communities} communities and {units} units each,
-- {listings} listings with a slot each, {claims} claims. Ids are arithmetic, so that nothing has to be looked up.
-- Triggers are off while loading: these rows never happened, so they have no history.
INSERT INTO members_organisation (id, path, depth, numchild, kind_id, name, unit_type, address, opened_on, sort_key, search_key)
SELECT id, path, length(path) / 4, children, kind.pk, name, unit_type, '', DATE '2020-01-01', name, name
  FROM (
    SELECT d AS id, lpad(d::text, 4, '0') AS path, 'district' AS code, '第' || d || '区' AS name, '' AS unit_type,
           ({streets} + {districts} - d) / {districts} AS children
      FROM generate_series(1, {districts}) d
    UNION ALL
    SELECT 100 + s, lpad((1 + (s - 1) % {districts})::text, 4, '0') || lpad(s::text, 4, '0'), 'street',
           '第' || s || '街道', '', 2
      FROM generate_series(1, {streets}) s
    UNION ALL
    SELECT 1000 + 2 * s + k, lpad((1 + (s - 1) % {districts})::text, 4, '0') || lpad(s::text, 4, '0') || lpad((1 + k)::text, 4, '0'),
           CASE k WHEN 0 THEN 'residential_committee' ELSE 'enterprise_committee' END,
           CASE k WHEN 0 THEN '居民区综合党委' ELSE '非公企业联合党委' END || s, '',
           CASE k WHEN 0 THEN {communities} ELSE {units} END
      FROM generate_series(1, {streets}) s, generate_series(0, 1) k
    UNION ALL
    SELECT 10000 + (s - 1) * {communities} + c,
           lpad((1 + (s - 1) % {districts})::text, 4, '0') || lpad(s::text, 4, '0') || '0001' || lpad(c::text, 4, '0'),
           'community', '第' || c || '社区', '', 0
      FROM generate_series(1, {streets}) s, generate_series(1, {communities}) c
    UNION ALL
    SELECT 100000 + (s - 1) * {units} + u,
           lpad((1 + (s - 1) % {districts})::text, 4, '0') || lpad(s::text, 4, '0') || '0002' || lpad(u::text, 4, '0'),
           'unit', '第' || u || '单位', (ARRAY['school', 'hospital', 'enterprise', 'bank'])[1 + u % 4], 0
      FROM generate_series(1, {streets}) s, generate_series(1, {units}) u
  ) node JOIN (SELECT id AS pk, code FROM members_kind WHERE owner_id IS NULL) kind USING (code);

INSERT INTO alliances_alliance (id, name, host_id, purpose, needs_name, resources_name, projects_name, answer_days, sign_days, acknowledge_days, started_on)
SELECT s, '第' || s || '街道区域化党建联盟', 100 + s, '', '需求清单', '资源清单', '项目清单', 5, 10, 5, DATE '2020-01-01'
  FROM generate_series(1, {streets}) s;

INSERT INTO alliances_membership (alliance_id, organisation_id, role, contact_name, contact_phone, starts_on)
SELECT s, 100 + s, 'lead', '', '', DATE '2020-01-01' FROM generate_series(1, {streets}) s
UNION ALL
SELECT s, 10000 + (s - 1) * {communities} + c, 'member', '', '', DATE '2020-01-01'
  FROM generate_series(1, {streets}) s, generate_series(1, {communities}) c
UNION ALL
SELECT s, 100000 + (s - 1) * {units} + u, 'member', '', '', DATE '2020-01-01'
  FROM generate_series(1, {streets}) s, generate_series(1, {units}) u;

-- Street n % streets; needs belong to communities, resources to units, by turns.
INSERT INTO projects_listing (id, alliance_id, organisation_id, direction, category_id, title, audience, place, measure, done_means, note,
                              state, published_at, published_by_id, created_at)
SELECT n, s, CASE WHEN is_need THEN 10000 + (s - 1) * {communities} + 1 + turn % {communities} ELSE 100000 + (s - 1) * {units} + 1 + turn % {units} END,
       CASE WHEN is_need THEN 'need' ELSE 'resource' END, category.ids[1 + n % array_length(category.ids, 1)],
       CASE WHEN is_need THEN '需求第' ELSE '资源第' END || n || '号', '居民', '社区活动室', '次', '', '',
       'published', now() - n * INTERVAL '1 second', {publisher}, now() - n * INTERVAL '1 second'
  FROM (SELECT n, 1 + n % {streets} AS s, (n / {streets}) % 2 = 0 AS is_need, n / {streets} / 2 AS turn FROM generate_series(1, {listings}) n) row,
       (SELECT array_agg(id ORDER BY id) AS ids FROM projects_category) category;

INSERT INTO projects_slot (id, listing_id, quantity, taken)
SELECT n, n, 100000, {claims} / {listings} + (n <= {claims} % {listings})::int FROM generate_series(1, {listings}) n;

-- Accepted and far from due, so that they disturb no clock.
INSERT INTO projects_claim (slot_id, organisation_id, quantity, plan, state, answer_due, claimed_at, claimed_by_id, answered_at, answered_by_id, reason)
SELECT n, 100000 + (n % {streets}) * {units} + 1 + g % {units}, 1, '', 'accepted', CURRENT_DATE, now() - g * INTERVAL '1 second', {publisher},
       now(), {publisher}, ''
  FROM (SELECT g, 1 + (g - 1) % {listings} AS n FROM generate_series(1, {claims}) g) row;
