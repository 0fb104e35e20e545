-- Events as GA4 counts them: each row, and rows that it would make another event of, where that is not there too.
named AS (
  SELECT person, ts, session, extra AS day, value, event_name AS step, 1 AS own
  FROM flat
  WHERE event_name IN ($names)$derived_rows
),
happened AS (
  SELECT person, session, day, step,
    CASE WHEN SUM(own) > 0 THEN SUM(own) ELSE COUNT(*) END AS events,
    -- Whole numbers have the same sum in any order.
    SUM(SAFE_CAST(ROUND(value * 1000000) AS INT64)) AS value_millionths
  FROM named
  GROUP BY person, ts, session, day, step
),
roles AS (
  SELECT person, session, step, CASE WHEN step IN ($macros) THEN 'macro' ELSE 'micro' END AS role
  FROM happened
  WHERE person IS NOT NULL
)
-- The counts, one kind after the other. Everything can be added up over any division of the people.
SELECT 'users' AS counted, 'totals' AS name, '' AS day, COUNT(*) AS n, 0.0 AS amount
FROM (SELECT DISTINCT person FROM flat WHERE person IS NOT NULL) AS people
UNION ALL
SELECT 'sessions' AS counted, 'totals' AS name, '' AS day, COUNT(*) AS n, 0.0 AS amount
FROM (SELECT DISTINCT person, session FROM flat WHERE person IS NOT NULL AND session <> 0) AS sessions
UNION ALL
SELECT 'users' AS counted, role AS name, '' AS day, COUNT(*) AS n, 0.0 AS amount
FROM (SELECT DISTINCT person, role FROM roles) AS people
GROUP BY role
UNION ALL
SELECT 'sessions' AS counted, role AS name, '' AS day, COUNT(*) AS n, 0.0 AS amount
FROM (SELECT DISTINCT person, session, role FROM roles WHERE session <> 0) AS sessions
GROUP BY role
UNION ALL
SELECT 'people' AS counted, step AS name, '' AS day, COUNT(*) AS n, 0.0 AS amount
FROM (SELECT DISTINCT person, step FROM roles) AS people
GROUP BY step
UNION ALL
SELECT 'events' AS counted, step AS name, day, SUM(events) AS n, SUM(value_millionths) / 1000000 AS amount
FROM happened
GROUP BY step, day
UNION ALL
SELECT 'rows' AS counted, CASE WHEN person IS NULL THEN 'nobody' ELSE 'somebody' END AS name, '' AS day,
  COUNT(*) AS n, 0.0 AS amount
FROM flat
GROUP BY name
