-- The first macro conversion of each person.
goals AS (
  SELECT person, MIN(ts) AS ts FROM steps WHERE step = $macro GROUP BY person
),
-- The first time of each person and micro conversion, unless it came after the macro conversion: what is
-- repeated, or done when the goal was reached, belongs to no road towards it.
marks AS (
  SELECT firsts.person, firsts.ts, firsts.step, goals.ts AS goal_ts
  FROM (
    SELECT person, step, MIN(ts) AS ts FROM steps WHERE step <> $macro GROUP BY person, step
  ) AS firsts
  LEFT JOIN goals ON goals.person = firsts.person
  WHERE goals.ts IS NULL OR firsts.ts <= goals.ts
),
-- Steps before the macro conversion, by the stop of the road they belong to: what follows within less than the
-- gap is the same stop, for at one instant nobody knows the order, and what is closer is mostly one action.
placed AS (
  SELECT person, ts, step, goal_ts,
    SUM(opens) OVER (PARTITION BY person ORDER BY ts RANGE BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS place
  FROM (
    SELECT person, ts, step, goal_ts,
      CASE WHEN ts - LAG(ts) OVER (PARTITION BY person ORDER BY ts) < $gap THEN 0 ELSE 1 END AS opens
    FROM marks
    WHERE goal_ts IS NULL OR goal_ts - ts >= $gap
  ) AS ordered
),
numbered AS (
  SELECT person, place, ts, goal_ts, stop, LEAD(ts) OVER (PARTITION BY person ORDER BY place) AS following_ts
  FROM (
    SELECT person, place, goal_ts, MIN(ts) AS ts, STRING_AGG(step, '+' ORDER BY step) AS stop
    FROM placed
    GROUP BY person, place, goal_ts
  ) AS stops
),
-- How long it took to the next stop, or else to the macro conversion; nothing where the road ends.
legs AS (
  SELECT person, ts, goal_ts, stop, place, following_ts, COALESCE(following_ts, goal_ts) - ts AS took
  FROM numbered
),
-- One road per person, cut after so many stops.
roads AS (
  SELECT person, STRING_AGG(stop, '>' ORDER BY place) AS road, MAX(cut) AS cut, MIN(ts) AS ts, MIN(goal_ts) AS goal_ts
  FROM (
    SELECT person, place, stop, ts, goal_ts,
      CASE WHEN place = $depth AND following_ts IS NOT NULL THEN 1 ELSE 0 END AS cut
    FROM numbered
    WHERE place <= $depth
  ) AS kept
  GROUP BY person
)
-- The counts, one kind after the other. Everything can be added up over any division of the people. Times are
-- in cells of a second up to an hour and of a minute beyond; `amount` adds up their seconds.
SELECT 'road' AS counted, road AS name, cut, 0 AS place, 0 AS cell, COUNT(*) AS n, COUNT(goal_ts) AS reached, 0.0 AS amount
FROM roads
GROUP BY road, cut
UNION ALL
SELECT 'road time' AS counted, road AS name, cut, 0 AS place, cell, COUNT(*) AS n, COUNT(*) AS reached,
  SUM(took) / 1000000.0 AS amount
FROM (
  SELECT road, cut, took, $cell AS cell
  FROM (SELECT road, cut, goal_ts - ts AS took FROM roads WHERE goal_ts IS NOT NULL) AS times
) AS celled
GROUP BY road, cut, cell
UNION ALL
SELECT 'leg time' AS counted, road AS name, cut, place, cell, COUNT(*) AS n, COUNT(*) AS reached,
  SUM(took) / 1000000.0 AS amount
FROM (
  SELECT road, cut, place, took, $cell AS cell
  FROM (
    SELECT roads.road, roads.cut, legs.place, legs.took
    FROM roads
    JOIN legs ON legs.person = roads.person
    WHERE legs.place <= $depth AND legs.took IS NOT NULL
  ) AS times
) AS celled
GROUP BY road, cut, place, cell
UNION ALL
-- Everybody who took a step on the way; `reached` went on to the macro conversion.
SELECT 'step' AS counted, step AS name, 0 AS cut, 0 AS place, 0 AS cell, COUNT(*) AS n, COUNT(goal_ts) AS reached,
  0.0 AS amount
FROM placed
GROUP BY step
UNION ALL
SELECT 'with macro' AS counted, step AS name, 0 AS cut, 0 AS place, 0 AS cell, COUNT(*) AS n, COUNT(*) AS reached,
  0.0 AS amount
FROM marks
WHERE goal_ts - ts < $gap
GROUP BY step
UNION ALL
-- Nothing declared came after it.
SELECT 'left' AS counted, placed.step AS name, 0 AS cut, 0 AS place, 0 AS cell, COUNT(*) AS n, 0 AS reached, 0.0 AS amount
FROM placed
JOIN legs ON legs.person = placed.person AND legs.place = placed.place
WHERE legs.took IS NULL
GROUP BY placed.step
UNION ALL
SELECT 'step time' AS counted, step AS name, 0 AS cut, 0 AS place, cell, COUNT(*) AS n, COUNT(*) AS reached,
  SUM(took) / 1000000.0 AS amount
FROM (
  SELECT step, took, $cell AS cell
  FROM (
    SELECT placed.step, legs.took
    FROM placed
    JOIN legs ON legs.person = placed.person AND legs.place = placed.place
    WHERE legs.took IS NOT NULL
  ) AS times
) AS celled
GROUP BY step, cell
UNION ALL
SELECT 'macro' AS counted, '' AS name, 0 AS cut, 0 AS place, 0 AS cell, COUNT(*) AS n, COUNT(*) AS reached, 0.0 AS amount
FROM goals
UNION ALL
-- Everybody; of rows, `n` in all and `reached` those that belong to somebody.
SELECT 'people' AS counted, '' AS name, 0 AS cut, 0 AS place, 0 AS cell, COUNT(DISTINCT person) AS n, 0 AS reached,
  0.0 AS amount
FROM flat
UNION ALL
SELECT 'rows' AS counted, '' AS name, 0 AS cut, 0 AS place, 0 AS cell, COUNT(*) AS n, COUNT(person) AS reached,
  0.0 AS amount
FROM flat
