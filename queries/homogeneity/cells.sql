-- id: homogeneity
-- version: 1
-- title:
--   en: Resolution by reason, channel, language and site, for comparing sites on the same questions
--   fr: Résolution par motif, canal, langue et site, pour comparer les sites à question égale
-- params:
--   stretch_us: bigint  # contacts that began within so long are kept apart
-- adds_by: [reason, channel, language, provider, site, stretch]
-- turns: {started_at: [durable_us]}
-- figures:
--   resolution_homogeneity: {unit: points, of: resolved, per: mature, en: Resolution homogeneity, fr: Homogénéité de résolution}
--   equivalent_gap: {unit: points, of: resolved, per: mature, en: Equivalent gap between sites, fr: Écart équivalent entre sites}
--   noise_floor: {unit: points, of: resolved, per: mature, en: Gap that chance alone can make, fr: Écart que le hasard seul peut créer}
--   coverage: {unit: share, of: mature, per: mature, en: Share of contacts that can be compared, fr: Part des contacts comparables}
--   level: {unit: share, of: resolved, per: mature, en: Resolution rate, fr: Taux de résolution}
--   provider_gap: {unit: points, of: resolved, per: mature, en: Equivalent gap between providers, fr: Écart équivalent entre prestataires}
--   within_provider_gap: {unit: points, of: resolved, per: mature, en: Equivalent gap between the sites of one provider, fr: Écart équivalent entre les sites d'un même prestataire}
--   resolution_gap: {unit: points, of: resolved, per: mature, at_least: 30, en: Gap against the rest on the same reasons, fr: Écart aux autres sites à motifs identiques}
--   adjusted_resolution_rate: {unit: share, of: resolved, per: mature, en: Resolution rate on the mix of the network, fr: Taux de résolution à mélange de motifs identique}
--   spread_share: {unit: ratio, of: resolved, per: mature, en: Part of the spread, fr: Part de la dispersion}
--
-- By stratum (reason, channel, language), provider and site, from `cohort`. A contact belongs to its owner
-- leg: the first human answer, else the first offer. It is mature once its start is `durable_us` old; durably resolved
-- when its last resolution was not reopened within `durable_us`. A contact without a reason, or of a provider that never
-- says that anything was resolved, can be compared with nothing: it only lowers the coverage. `legs` are all that count,
-- so that a site or a reason of which nothing is known yet is listed, too: a row of nothing but zeros is no row.
--
-- What follows is a function of these rows. For stratum c and site s: n = mature, x = resolved, p = x/n, w = n/N_c its
-- share of the stratum, p_c the stratum's rate. Cells of at least 2 contacts count, in strata with at least 2 of them.
--   D = sum_c (N_c/N) sum_s [ w (p - p_c)^2 - w (1 - w) p (1 - p) / (n - 1) ]: the second term is what chance alone adds.
--   equivalent_gap = 200 sqrt(max(0, D)), resolution_homogeneity = 100 - equivalent_gap, each with its 95 % interval.
--   noise_floor: the equivalent gap that like sites exceed one time in twenty. coverage = N / all mature contacts.
--   homogeneous: the interval of the gap ends at 5 points or less; not_homogeneous: it begins above 5; not_enough_data:
--   noise_floor above 10 points or coverage below 50 %, and no number; uncertain: the rest.
--   provider_gap and within_provider_gap: D between providers on the same cells, and what is left.
--   resolution_gap: (O - E) / h with O = sum x, E = sum n p_c, h = sum n (N_c - n) / N_c (Mantel-Haenszel), Sato's 95 %
--   interval. lower or higher: Cochran-Mantel-Haenszel p below 5 % after Benjamini and Hochberg over the sites, and 3
--   points or more; comparable: the interval within 3 points either way; not_enough_data: fewer than 30 comparable
--   contacts, or an interval wider than 12 points; not_settled: the rest.
--   adjusted_resolution_rate = level + (O - E) / n. spread_share: the part of D that comes from a site or a stratum.

WITH contacts AS (
    SELECT
        provider,
        site,
        reason,
        channel,
        language,
        outcome,
        owner,
        owner AND outcome = 'answered' AS credited,
        CAST(started_at AS BIGINT) - CAST(started_at AS BIGINT) % $stretch_us AS stretch,
        first_resolved_at IS NOT NULL AS ever_resolved,
        mature,
        durable
    FROM cohort
    WHERE counted
)

SELECT
    reason,
    channel,
    language,
    provider,
    site,
    stretch,
    count(*) AS legs,
    count(*) FILTER (WHERE credited AND mature) AS mature,
    count(*) FILTER (WHERE credited AND mature AND durable) AS resolved,
    count(*) FILTER (WHERE owner AND ever_resolved) AS ever_resolved,
    count(*) FILTER (WHERE outcome IN ('pending', 'overdue') OR (credited AND NOT mature)) AS unsettled
FROM contacts
GROUP BY reason, channel, language, provider, site, stretch
