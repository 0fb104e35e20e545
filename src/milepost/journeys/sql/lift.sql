-- The first time of each person and event, and how many times there were.
firsts AS (
  SELECT person, ts, step, session, session_number, times
  FROM (
    SELECT person, ts, step, session, session_number,
      ROW_NUMBER() OVER (PARTITION BY person, step ORDER BY ts) AS nth,
      COUNT(*) OVER (PARTITION BY person, step) AS times
    FROM steps
  ) AS numbered
  WHERE nth = 1
),
-- Everybody: the first value known of the dimension asked for, the first macro conversion, and what the first
-- one that carries a value is worth.
people AS (
  SELECT known.person, known.extra, macro.ts AS macro_ts, valued.value
  FROM (
    SELECT person, extra,
      ROW_NUMBER() OVER (PARTITION BY person ORDER BY CASE WHEN extra IS NULL THEN 1 ELSE 0 END, since, extra) AS nth
    FROM (
      SELECT person, extra, MIN(ts) AS since FROM flat WHERE person IS NOT NULL GROUP BY person, extra
    ) AS values_seen
  ) AS known
  LEFT JOIN (SELECT person, ts FROM firsts WHERE step = $macro) AS macro ON macro.person = known.person
  LEFT JOIN (
    SELECT person, value, ROW_NUMBER() OVER (PARTITION BY person ORDER BY ts) AS nth
    FROM steps
    WHERE step = $macro AND value IS NOT NULL
  ) AS valued
    ON valued.person = known.person AND valued.nth = 1
  WHERE known.nth = 1
),
-- Page views, each with the number of pages the person had seen by then, the next one of its session, the person's
-- next one in any session, and the last event of any kind in its session.
viewed AS (
  SELECT views.person, views.session, views.session_number, views.ts, sessions.last_ts,
    LEAD(views.ts) OVER (PARTITION BY views.person, views.session ORDER BY views.ts) AS next_ts,
    LEAD(views.ts) OVER (PARTITION BY views.person ORDER BY views.ts) AS next_anywhere_ts,
    COUNT(*) OVER (
      PARTITION BY views.person ORDER BY views.ts RANGE BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
    ) AS depth
  FROM (
    SELECT person, session, ts, MIN(session_number) AS session_number
    FROM flat
    WHERE person IS NOT NULL AND event_name IN ('page_view', 'screen_view')
    GROUP BY person, session, ts
  ) AS views
  JOIN (
    SELECT person, session, MAX(ts) AS last_ts FROM flat WHERE person IS NOT NULL GROUP BY person, session
  ) AS sessions
    ON sessions.person = views.person AND sessions.session = views.session
),
-- Two sessions side by side, which is rare: pages seen in the other one, until the last event on this page, count.
beside AS (
  SELECT open_pages.person, open_pages.session, open_pages.ts, COUNT(*) AS depth
  FROM (
    SELECT viewed.person, viewed.session, viewed.ts, MAX(flat.ts) AS last_ts
    FROM viewed
    JOIN flat ON flat.person = viewed.person AND flat.session = viewed.session
    WHERE viewed.next_anywhere_ts < COALESCE(viewed.next_ts, viewed.last_ts + 1)
      AND flat.ts >= viewed.ts AND (viewed.next_ts IS NULL OR flat.ts < viewed.next_ts)
    GROUP BY viewed.person, viewed.session, viewed.ts
  ) AS open_pages
  JOIN viewed ON viewed.person = open_pages.person AND viewed.ts <= open_pages.last_ts
  GROUP BY open_pages.person, open_pages.session, open_pages.ts
),
-- How long the person is known to have stayed: until the next page view of the session, or until its end.
pages AS (
  SELECT viewed.person, viewed.session, viewed.session_number, viewed.ts, COALESCE(beside.depth, viewed.depth) AS depth,
    COALESCE(viewed.next_ts, viewed.last_ts) - viewed.ts AS stay
  FROM viewed
  LEFT JOIN beside
    ON beside.person = viewed.person AND beside.session = viewed.session AND beside.ts = viewed.ts
),
-- Page views and first times of micro conversions side by side, each with the number of pages the person had
-- seen by then, and with the page view of the session that was on the screen.
placed AS (
  SELECT marks.person, marks.ts, marks.step, marks.stay, marks.times, marks.session_number, marks.depth,
    marks.page_ts$taken
  FROM (
    SELECT person, session, session_number, ts, CAST(NULL AS STRING) AS step, stay, 0 AS times, 1 AS page, depth,
      ts AS page_ts
    FROM pages
    UNION ALL
    SELECT firsts.person, firsts.session, firsts.session_number, firsts.ts, firsts.step, 0 AS stay, firsts.times,
      0 AS page, COUNT(viewed.ts) AS depth,
      COALESCE(MAX(CASE WHEN viewed.session = firsts.session THEN viewed.ts END), firsts.ts) AS page_ts
    FROM firsts
    LEFT JOIN viewed ON viewed.person = firsts.person AND viewed.ts <= firsts.ts
    WHERE firsts.step <> $macro
    GROUP BY firsts.person, firsts.session, firsts.session_number, firsts.ts, firsts.step, firsts.times
  ) AS marks
),
-- The point of the visit: session number, pages seen, and the macro conversion that was to come (or had been).
points AS (
  SELECT placed.person, placed.ts, placed.step, placed.stay, placed.times, placed.session_number, placed.depth,
    placed.ts - placed.page_ts AS on_page, people.extra, people.macro_ts,
    CASE
      WHEN placed.depth >= 25 THEN 25 WHEN placed.depth >= 16 THEN 16 WHEN placed.depth >= 11 THEN 11
      WHEN placed.depth >= 8 THEN 8 WHEN placed.depth >= 6 THEN 6
      WHEN placed.depth < 1 THEN 1 ELSE placed.depth
    END$progress AS pages
  FROM $placed
  JOIN people ON people.person = placed.person
),
-- Page views to compare with. A person is compared once in each band of the seconds on the page, up to the band
-- `until_seconds` in which the person left or had the macro conversion; from the band `reached_seconds` on, the
-- macro conversion came in time (NULL: in none).
exposed AS (
  SELECT person, ts, extra, session_number, pages, depth,
    CASE
      WHEN alone >= 120000000 THEN 120 WHEN alone >= 60000000 THEN 60 WHEN alone >= 30000000 THEN 30
      WHEN alone >= 10000000 THEN 10 WHEN alone >= 3000000 THEN 3 ELSE 0
    END AS until_seconds,
    CASE
      WHEN late <= 0 THEN 0 WHEN late <= 3000000 THEN 3 WHEN late <= 10000000 THEN 10
      WHEN late <= 30000000 THEN 30 WHEN late <= 60000000 THEN 60 WHEN late <= 120000000 THEN 120
    END AS reached_seconds
  FROM (
    SELECT points.*, macro_ts - ts - $within AS late, LEAST(stay, COALESCE(macro_ts - ts - $gap, stay)) AS alone
    FROM points
    WHERE step IS NULL AND ts <= $cut
  ) AS seen
  WHERE alone >= 0
),
-- First times of micro conversions: how each lies to the person's first macro conversion.
did AS (
  SELECT person, ts, step, times, extra, session_number, pages, depth, macro_ts,
    CASE
      WHEN on_page >= 120000000 THEN 120 WHEN on_page >= 60000000 THEN 60 WHEN on_page >= 30000000 THEN 30
      WHEN on_page >= 10000000 THEN 10 WHEN on_page >= 3000000 THEN 3 ELSE 0
    END AS seconds,
    CASE
      WHEN ts > macro_ts THEN 'after macro'
      WHEN macro_ts - ts < $gap THEN 'same instant'
      WHEN ts > $cut THEN 'too recent'
      ELSE 'followed'
    END AS fate,
    CASE WHEN macro_ts - ts >= $gap AND macro_ts - ts <= $within THEN 1 ELSE 0 END AS reached
  FROM points
  WHERE step IS NOT NULL
)
-- The counts, one kind after the other. Everything can be added up over any division of the people.
SELECT 'moments' AS counted, CAST(NULL AS STRING) AS step, CAST(NULL AS STRING) AS detail, extra,
  session_number, pages, band AS seconds, SUM(n) AS n,
  SUM(CASE WHEN reached_seconds <= band THEN n ELSE 0 END) AS reached, 0.0 AS amount
FROM (
  SELECT extra, session_number, pages, until_seconds, reached_seconds, COUNT(*) AS n
  FROM exposed
  GROUP BY extra, session_number, pages, until_seconds, reached_seconds
) AS everybody
CROSS JOIN UNNEST([0, 3, 10, 30, 60, 120]) AS band
WHERE band <= until_seconds
GROUP BY extra, session_number, pages, band
UNION ALL
-- Of these, the moments of people who had done the micro conversion by the end of the band: to be subtracted.
SELECT 'own moments' AS counted, step, CAST(NULL AS STRING) AS detail, extra,
  session_number, pages, band AS seconds, SUM(n) AS n,
  SUM(CASE WHEN reached_seconds <= band THEN n ELSE 0 END) AS reached, 0.0 AS amount
FROM (
  SELECT step, extra, session_number, pages, from_seconds, until_seconds, reached_seconds, COUNT(*) AS n
  FROM (
    SELECT did.step, exposed.extra, exposed.session_number, exposed.pages, exposed.until_seconds,
      exposed.reached_seconds,
      CASE
        WHEN did.depth < exposed.depth OR did.ts - exposed.ts < 3000000 THEN 0
        WHEN did.ts - exposed.ts < 10000000 THEN 3 WHEN did.ts - exposed.ts < 30000000 THEN 10
        WHEN did.ts - exposed.ts < 60000000 THEN 30 WHEN did.ts - exposed.ts < 120000000 THEN 60 ELSE 120
      END AS from_seconds
    FROM did
    JOIN exposed ON exposed.person = did.person AND exposed.depth >= did.depth
    WHERE did.fate IN ('followed', 'too recent')
  ) AS after_it
  GROUP BY step, extra, session_number, pages, from_seconds, until_seconds, reached_seconds
) AS own
CROSS JOIN UNNEST([0, 3, 10, 30, 60, 120]) AS band
WHERE band >= from_seconds AND band <= until_seconds
GROUP BY step, extra, session_number, pages, band
UNION ALL
SELECT 'did' AS counted, step, CAST(NULL AS STRING) AS detail, extra,
  session_number, pages, seconds, COUNT(*) AS n, SUM(reached) AS reached, 0.0 AS amount
FROM did
WHERE fate = 'followed'
GROUP BY step, extra, session_number, pages, seconds
UNION ALL
-- By fate; `reached` is people who had the macro conversion at any time, `amount` how many times they did it.
SELECT 'fate' AS counted, step, fate AS detail, extra, NULL AS session_number, NULL AS pages, NULL AS seconds,
  COUNT(*) AS n, SUM(CASE WHEN macro_ts IS NULL THEN 0 ELSE 1 END) AS reached, 1.0 * SUM(times) AS amount
FROM did
GROUP BY step, fate, extra
UNION ALL
-- How long it took, in cells of a second up to an hour and of a minute beyond; `amount` adds up the seconds.
SELECT 'time' AS counted, step, CAST(NULL AS STRING) AS detail, CAST(NULL AS STRING) AS extra,
  NULL AS session_number, NULL AS pages, cell AS seconds, COUNT(*) AS n, COUNT(*) AS reached,
  SUM(took) / 1000000.0 AS amount
FROM (
  SELECT step, took, CASE WHEN took < 3600000000 THEN DIV(took, 1000000) ELSE 60 * DIV(took, 60000000) END AS cell
  FROM (SELECT step, macro_ts - ts AS took FROM did WHERE fate = 'followed' AND reached = 1) AS times
) AS took
GROUP BY step, cell
UNION ALL
SELECT 'people' AS counted, CAST(NULL AS STRING) AS step, CAST(NULL AS STRING) AS detail, extra,
  NULL AS session_number, NULL AS pages, NULL AS seconds, COUNT(*) AS n, COUNT(macro_ts) AS reached, 0.0 AS amount
FROM people
GROUP BY extra
UNION ALL
-- First macro conversions that carry a value; `amount` adds the values up, in millionths: whole numbers have the same
-- sum in any order.
SELECT 'value' AS counted, CAST(NULL AS STRING) AS step, CAST(NULL AS STRING) AS detail, extra,
  NULL AS session_number, NULL AS pages, NULL AS seconds, COUNT(*) AS n, COUNT(*) AS reached,
  SUM(SAFE_CAST(ROUND(value * 1000000) AS INT64)) / 1000000 AS amount
FROM people
WHERE value IS NOT NULL
GROUP BY extra
UNION ALL
-- What was read: `n` rows, `reached` of them page views.
SELECT 'rows' AS counted, CAST(NULL AS STRING) AS step,
  CASE WHEN person IS NULL THEN 'nobody' ELSE 'somebody' END AS detail, CAST(NULL AS STRING) AS extra,
  NULL AS session_number, NULL AS pages, NULL AS seconds, COUNT(*) AS n,
  SUM(CASE WHEN event_name IN ('page_view', 'screen_view') THEN 1 ELSE 0 END) AS reached, 0.0 AS amount
FROM flat
GROUP BY detail
UNION ALL
-- Rows that tell again of one event of one person at one instant; they make no difference above.
SELECT 'rows' AS counted, CAST(NULL AS STRING) AS step, 'again' AS detail, CAST(NULL AS STRING) AS extra,
  NULL AS session_number, NULL AS pages, NULL AS seconds, SUM(copies - 1) AS n, 0 AS reached, 0.0 AS amount
FROM (
  SELECT COUNT(*) AS copies FROM flat WHERE person IS NOT NULL GROUP BY person, ts, event_name HAVING COUNT(*) > 1
) AS repeated
