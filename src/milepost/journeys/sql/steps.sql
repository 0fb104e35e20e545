-- Every time that one of the declared events happened to a person. Several at one instant are one.
steps AS (
  SELECT person, ts, step, MIN(session) AS session, MIN(session_number) AS session_number,
    MAX(value) AS value
  FROM (
    SELECT person, ts, session, session_number, value, event_name AS step
    FROM flat
    WHERE event_name IN ($names)$steps_derived
  ) AS named
  WHERE person IS NOT NULL
  GROUP BY person, ts, step
)
