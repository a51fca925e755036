-- B1, each line of the result a place where it does not hold.
WITH
kept AS (
  SELECT received_us - received_us % 3600000000 AS hour_us, provider, source, count(*) AS open
    FROM reject WHERE state = 'open' GROUP BY 1, 2, 3
),
row_books AS (
  SELECT hour_us, sum(rows_read) AS rows_read, sum(rows_mapped + rows_rejected) AS explained
    FROM ledger GROUP BY hour_us
),
row_skips AS (
  SELECT hour_us, sum(row_count) AS skipped FROM skipped GROUP BY hour_us
)
SELECT hour_us, provider, source,
       'received ' || received || ' is not accepted ' || accepted || ' + duplicate ' || duplicate
         || ' + conflict ' || conflict || ' + rejected ' || rejected AS what
  FROM ledger WHERE received <> accepted + duplicate + conflict + rejected
UNION ALL
SELECT hour_us, provider, source, 'rejected ' || rejected || ' but ' || coalesce(open, 0) || ' open rejects are kept'
  FROM ledger LEFT JOIN kept USING (hour_us, provider, source) WHERE rejected <> coalesce(open, 0)
UNION ALL
SELECT hour_us, provider, source, open || ' open rejects are kept, the ledger knows none'
  FROM kept LEFT JOIN ledger USING (hour_us, provider, source) WHERE received IS NULL
UNION ALL
SELECT hour_us, '', '', 'rows read ' || rows_read || ' is not mapped and rejected ' || explained
         || ' + skipped ' || coalesce(skipped, 0)
  FROM row_books LEFT JOIN row_skips USING (hour_us) WHERE rows_read <> explained + coalesce(skipped, 0)
ORDER BY 1, 2, 3, 4;
