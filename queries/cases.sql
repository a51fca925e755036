-- id: cases
-- version: 1
-- title:
--   en: One row per contact, at its owner, from its receipt on
--   fr: Une ligne par contact, chez son responsable, depuis sa réception
-- params:
--   any_provider: boolean  # whether every provider is wanted
--   providers: text[]  # the providers wanted
--   any_site: boolean  # whether every site is wanted
--   sites: text[]  # the sites wanted
--   any_queue: boolean  # whether every queue is wanted
--   queues: text[]  # the queues wanted
--   any_channel: boolean  # whether every channel is wanted
--   channels: text[]  # the channels wanted
--   any_reason: boolean  # whether every reason is wanted
--   reasons: text[]  # the reasons wanted
--
-- Every inbound contact once, whatever its channel, at its owner: the leg of its first human answer, else of its first
-- offer. Received when first offered, wherever that was. Contacts that an exclusion rule names, at their owner, are no
-- cases. Cancelled ones and live ones that were offered while the promise calendar was closed stay and are marked; so are
-- those that the filters do not want: a repeat counts wherever it is taken.
--
-- The customer is the one that the first leg with a customer names; the family of a reason is that of the network file,
-- else the reason itself. `open_us` is the position of the receipt on the open clock of the owner's queue; none without a
-- calendar.

WITH people AS (
    SELECT
        contact_id,
        first_value(customer ORDER BY offered_at, provider, site, queue, leg) FILTER (WHERE customer IS NOT NULL) AS customer
    FROM ruled_legs
    WHERE direction = 'inbound'
    GROUP BY contact_id
),

termed AS (
    SELECT
        legs.*,
        coalesce(legs.channel, terms.channel, 'voice') AS channel_used,
        coalesce(terms.threshold_us, 20000000) AS threshold_us,
        terms.calendar,
        CAST(legs.offered_at AS BIGINT) AS offered_us,
        CAST(legs.first_offered_at AS BIGINT) AS received_us
    FROM ruled_legs AS legs
    LEFT JOIN queue_terms AS terms
        ON legs.queue = terms.queue
        AND legs.offered_at >= terms.valid_from
        AND legs.offered_at < terms.valid_to
    WHERE legs.owner AND legs.rule IS NULL
),

clocked AS (
    SELECT
        termed.*,
        termed.channel_used IN ('voice', 'chat', 'video') AS live,
        termed.calendar IS NULL
            OR coalesce(
                termed.offered_us >= opening.open_from_us AND termed.offered_us < opening.open_to_us, false
            ) AS opened,
        receiving.cum_us + CASE
            WHEN termed.received_us <= receiving.open_from_us THEN 0
            WHEN termed.received_us >= receiving.open_to_us THEN receiving.open_to_us - receiving.open_from_us
            ELSE termed.received_us - receiving.open_from_us
        END AS open_us
    FROM termed
    LEFT JOIN open_slots AS opening
        ON termed.calendar = opening.calendar
        AND termed.offered_us - termed.offered_us % 900000000 = opening.slot * 900000000
    LEFT JOIN open_slots AS receiving
        ON termed.calendar = receiving.calendar
        AND termed.received_us - termed.received_us % 900000000 = receiving.slot * 900000000
)

SELECT
    clocked.contact_id,
    clocked.provider,
    clocked.site,
    clocked.queue,
    clocked.team,
    clocked.channel_used AS channel,
    clocked.live,
    clocked.reason,
    coalesce(families.family, clocked.reason) AS family,
    clocked.language,
    coalesce(clocked.complaint, false) AS complaint,
    people.customer,
    clocked.calendar,
    clocked.threshold_us,
    clocked.first_offered_at AS received_at,
    clocked.received_us,
    clocked.open_us,
    clocked.outcome,
    clocked.outcome_at,
    clocked.transfers,
    clocked.first_resolved_at,
    clocked.last_resolved_at,
    clocked.reopened_at,
    clocked.cancelled,
    clocked.live AND NOT clocked.opened AS out_of_hours,
    ($any_provider OR array_has($providers, clocked.provider))
        AND ($any_site OR array_has($sites, clocked.site))
        AND ($any_queue OR array_has($queues, clocked.queue))
        AND ($any_channel OR array_has($channels, clocked.channel_used))
        AND ($any_reason OR array_has($reasons, coalesce(clocked.reason, ''))) AS wanted
FROM clocked
INNER JOIN people ON clocked.contact_id = people.contact_id
LEFT JOIN families ON clocked.reason = families.reason
