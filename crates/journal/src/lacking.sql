WITH unsettled AS (
  SELECT provider, contact, began_us, received_us, site, queue
    FROM reject
   WHERE state <> 'pending' AND received_us <= ?1 AND (settled_us IS NULL OR settled_us > ?1)
),
named AS (
  SELECT provider, contact, min(began_us) AS at_us, min(site) AS site, min(queue) AS queue
    FROM unsettled
   WHERE contact IS NOT NULL AND began_us IS NOT NULL
   GROUP BY provider, contact
),
nameless AS (
  SELECT provider, received_us AS at_us
    FROM unsettled
   WHERE contact IS NULL OR contact NOT IN (SELECT contact FROM named)
)
-- A remainder has the sign of the instant: quarter-hours before 1970 begin a whole one earlier.
SELECT provider, 1, at_us - ((at_us % 900000000) + 900000000) % 900000000, site, queue, count(*)
  FROM named
 GROUP BY 1, 2, 3, 4, 5
UNION ALL
SELECT provider, 0, at_us - ((at_us % 900000000) + 900000000) % 900000000, NULL, NULL, count(*)
  FROM nameless
 GROUP BY 1, 2, 3
 ORDER BY 1, 2, 3, 4, 5
