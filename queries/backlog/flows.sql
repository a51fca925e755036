-- id: backlog_flows
-- version: 1
-- title:
--   en: Cases that came in, came back and went out
--   fr: Dossiers reçus, rouverts et sortis
-- params:
--   by_provider: boolean  # one row per provider
--   by_site: boolean  # one row per site
--   by_queue: boolean  # one row per queue
--   by_channel: boolean  # one row per channel
--   by_reason: boolean  # one row per reason
--   by_team: boolean  # one row per team
--   stretch_us: bigint  # contacts that began within so long are kept apart
-- adds_by: [provider, site, queue, channel, reason, team, span, source_provider, stretch]
-- figures:
--   backlog_received: {unit: count, of: received, en: Received, fr: Reçus}
--   backlog_reopened: {unit: count, of: reopened, en: Reopened, fr: Rouverts}
--   backlog_resolved: {unit: count, of: resolved, en: Resolved or decided, fr: Résolus ou décidés}
--   backlog_closed: {unit: count, of: closed, en: Closed without having been resolved, fr: Clos sans avoir été résolus}
--   backlog_abandoned: {unit: count, of: abandoned, en: Given up unanswered, fr: Abandonnés sans réponse}
--   backlog_cancelled: {unit: count, of: cancelled, en: Cancelled, fr: Annulés}
--   backlog_net_flow: {unit: count, of: net, en: Net flow, fr: Flux net}
--   backlog_days: {unit: ratio, of: open, per: cleared, n: cleared, en: Days of work, fr: Jours de stock}
--   backlog_in_per_day: {unit: ratio, of: entered, per: days, n: entered, en: Received and reopened per open day, fr: Reçus et rouverts par jour ouvert}
--   backlog_out_per_day: {unit: ratio, of: left, per: days, n: left, en: Gone out per open day, fr: Sortis par jour ouvert}
--   backlog_in_7d: {unit: ratio, of: open, n: entered, en: Backlog after seven more open days at this pace, fr: Stock après sept jours ouverts au même rythme}
--   backlog_saturated_in_days: {unit: ratio, of: open, n: entered, en: Open days until the backlog is saturated, fr: Jours ouverts avant saturation du stock}
--   backlog_cleared_in_days: {unit: ratio, of: open, n: entered, en: Open days until the backlog is cleared, fr: Jours ouverts avant résorption du stock}
--
-- Reads `wanted_spells` and `spans` (span, calendar, from_us, to_us; a span with a calendar is of the cases of queues with
-- that calendar, '' of those without one, null of all). Each opening and each closing counts in the span [from, to) in
-- which it happens, as often as it happens. Closing only counts what was open: resolved twice is once.
-- Identity, checked with every answer: open at the end = open at the start + received + reopened − resolved − closed
-- − abandoned − cancelled.
--
-- The pace is that of the last seven days on which the promise calendar of the case's queue opens (every day without one),
-- today left out: `entered` = received + reopened, `left` = all that went out, `cleared` = resolved + closed, `days` = 7.
-- Days of work = open / (cleared / 7). Nothing is told when nothing was cleared, or when cases have come in for less long.
-- Forecast, assuming that cases come in and go out on every open day as they did on these seven:
-- in_7d = open + entered - left, at least 0. Saturated: as many days of work as the question says (5 unless it does); it is
-- saturated in (limit * cleared / 7 - open) / net days, net = (entered - left) / 7, where net is positive; in 0 days when it
-- is already. Cleared in open / -net days where net is negative.

WITH turns AS (
    SELECT
        provider, site, queue, channel, reason, team, calendar, started_at,
        opened_us AS turned_us, opened_by AS turned_by
    FROM wanted_spells
    UNION ALL
    SELECT
        provider, site, queue, channel, reason, team, calendar, started_at,
        closed_us AS turned_us, closed_by AS turned_by
    FROM wanted_spells
    WHERE closed_us IS NOT NULL
),

counted AS (
    SELECT
        CASE WHEN $by_provider THEN provider END AS provider,
        CASE WHEN $by_site THEN site END AS site,
        CASE WHEN $by_queue THEN queue END AS queue,
        CASE WHEN $by_channel THEN channel END AS channel,
        CASE WHEN $by_reason THEN reason END AS reason,
        CASE WHEN $by_team THEN team END AS team,
        spans.span,
        provider AS source_provider,
        CAST(started_at AS BIGINT) - CAST(started_at AS BIGINT) % $stretch_us AS stretch,
        count(*) FILTER (WHERE turned_by = 'received') AS received,
        count(*) FILTER (WHERE turned_by = 'reopened') AS reopened,
        count(*) FILTER (WHERE turned_by IN ('resolved', 'decided')) AS resolved,
        count(*) FILTER (WHERE turned_by = 'closed') AS closed,
        count(*) FILTER (WHERE turned_by = 'abandoned') AS abandoned,
        count(*) FILTER (WHERE turned_by = 'cancelled') AS cancelled
    FROM turns
    INNER JOIN spans
        ON turns.turned_us >= spans.from_us
        AND turns.turned_us < spans.to_us
        AND (spans.calendar IS NULL OR spans.calendar = coalesce(turns.calendar, ''))
    GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9
)

SELECT
    counted.*,
    received + reopened - resolved - closed - abandoned - cancelled AS net
FROM counted
