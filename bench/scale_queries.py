"""
Raw SQL of what each measured page shows, as one would write it by hand: the lower bound.

Parameters: `plans`, the plans on the page; `first`, those of them whose habits and stuck duties it
tells; `place`, `year`, `today`; and the ids of rounds, which the page knows once it has found the
one to show: `now`, `before`, `same` (cùng kỳ) and `whole` (last year's December); and the
indicators of what provinces have in common: `topic`, and `read`, those whose totals are shown.
"""

# The round a year's progress stands for: its latest with an accepted figure to add up (R13).
_ROUND_OF_YEAR = """
    SELECT o.* FROM reporting_round o
    WHERE o.plan_id = ANY(%(plans)s) AND o.year = %(year)s AND o.kind <> 'ad_hoc' AND EXISTS (
        SELECT 1 FROM reporting_report r
        JOIN reporting_versionfigure f ON f.version_id = r.latest_version_id
        JOIN targets_indicator i ON i.id = f.indicator_id AND i.combine = 'sum'
        WHERE r.round_id = o.id AND r.state = 'accepted' AND r.tier = 'agency'
        AND f.status IN ('number', 'nil'))
    ORDER BY o.window_end DESC LIMIT 1
"""
# The same for several plans, of whatever year is their latest.
_LATEST_ROUNDS = """
    SELECT latest.* FROM plans_plan p, LATERAL (
        SELECT o.* FROM reporting_round o
        WHERE o.plan_id = p.id AND o.kind <> 'ad_hoc' AND EXISTS (
            SELECT 1 FROM reporting_report r
            JOIN reporting_versionfigure f ON f.version_id = r.latest_version_id
            JOIN targets_indicator i ON i.id = f.indicator_id AND i.combine = 'sum'
            WHERE r.round_id = o.id AND r.state = 'accepted' AND r.tier = 'agency'
            AND f.status IN ('number', 'nil'))
        ORDER BY o.window_end DESC LIMIT 1) latest
    WHERE p.id = ANY(%(plans)s)
"""
# The rows of the table and its breakdowns.
_INDICATORS = """
    SELECT i.*, b.* FROM targets_indicator i
    LEFT JOIN targets_breakdown b ON b.id = i.breakdown_id
    WHERE i.plan_id = ANY(%(plans)s) ORDER BY i.position
"""
# What the year is measured against: targets of the year, of a span around it, without a date.
_TARGETS = """
    SELECT t.* FROM targets_target t JOIN targets_indicator i ON i.id = t.indicator_id
    WHERE i.plan_id = ANY(%(plans)s)
    AND (t.year >= %(year)s OR t.to_year >= %(year)s OR t.scope = 'undated')
    ORDER BY t.position
"""
# Totals, cùng kỳ, increment, pace and forecast, each over the agencies (R10–R14).
_FIGURES = """
    SELECT f.indicator_id, r.agency_id,
        max(f.status) FILTER (WHERE r.round_id = ANY(%(now)s) AND r.state <> 'returned'),
        max(f.estimate) FILTER (WHERE r.round_id = ANY(%(now)s) AND r.state <> 'returned'),
        max(CASE f.status WHEN 'nil' THEN 0 ELSE f.actual END)
            FILTER (WHERE r.round_id = ANY(%(now)s) AND r.state <> 'returned'),
        max(CASE f.status WHEN 'nil' THEN 0 ELSE f.actual END)
            FILTER (WHERE r.round_id = ANY(%(before)s) AND r.state = 'accepted'),
        max(CASE f.status WHEN 'nil' THEN 0 ELSE f.actual END)
            FILTER (WHERE r.round_id = ANY(%(same)s) AND r.state = 'accepted'),
        max(CASE f.status WHEN 'nil' THEN 0 ELSE f.actual END)
            FILTER (WHERE r.round_id = ANY(%(whole)s) AND r.state = 'accepted')
    FROM reporting_report r
    JOIN reporting_versionfigure f ON f.version_id = r.latest_version_id
    WHERE r.round_id = ANY(%(now)s || %(before)s || %(same)s || %(whole)s) AND r.tier = 'agency'
    GROUP BY 1, 2
"""
# Who is accepted, provisional, missing; the day each one's figures run to.
_REPORTS = """
    SELECT r.*, a.*, v.number, v.as_of, v.submitted_at
    FROM reporting_report r
    JOIN agencies_agency a ON a.id = r.agency_id
    LEFT JOIN reporting_reportversion v ON v.id = r.latest_version_id
    WHERE r.round_id = ANY(%(now)s) AND r.tier = 'agency' ORDER BY a.name_key
"""
# Whose figures are expected: agencies named alone, members of groups.
_ASKED = """
    SELECT a.indicator_id, coalesce(p.agency_id, m.agency_id)
    FROM targets_indicator i
    JOIN targets_indicator_reporters a ON a.indicator_id = i.id
    JOIN plans_party p ON p.id = a.party_id
    LEFT JOIN plans_party_members m ON m.party_id = p.id
    WHERE i.plan_id = ANY(%(plans)s)
"""
# What share of the plan each one holds.
_ALLOCATED = """
    SELECT a.indicator_id, a.agency_id, a.value FROM targets_allocation a
    JOIN targets_indicator i ON i.id = a.indicator_id
    WHERE i.plan_id = ANY(%(plans)s) AND a.year = %(year)s
"""
# The last accepted figure of those missing now, named beside the total (R13).
_BESIDE = """
    SELECT DISTINCT ON (r.agency_id) f.status, f.actual, a.name, o.window_end
    FROM reporting_round o
    JOIN reporting_report r ON r.round_id = o.id AND r.tier = 'agency' AND r.state = 'accepted'
    JOIN agencies_agency a ON a.id = r.agency_id
    JOIN reporting_versionfigure f ON f.version_id = r.latest_version_id
    WHERE o.plan_id = ANY(%(plans)s) AND o.year = %(year)s
    AND o.window_end < (SELECT window_end FROM reporting_round WHERE id = ANY(%(now)s))
    AND r.agency_id IN (SELECT agency_id FROM reporting_report WHERE round_id = ANY(%(now)s)
        AND tier = 'agency' AND state IN ('draft', 'returned'))
    AND f.indicator_id = (SELECT id FROM targets_indicator WHERE plan_id = ANY(%(plans)s)
        AND combine = 'sum' ORDER BY position LIMIT 1)
    ORDER BY r.agency_id, o.window_end DESC
"""
# What the years came to, by indicator: the closing round's accepted figures. No level in the set.
_YEAR_SUMS = """
    SELECT f.indicator_id, o.year, o.kind, sum(CASE f.status WHEN 'nil' THEN 0 ELSE f.actual END)
    FROM reporting_round o
    JOIN reporting_report r ON r.round_id = o.id AND r.tier = 'agency' AND r.state = 'accepted'
    JOIN reporting_versionfigure f ON f.version_id = r.latest_version_id
    WHERE o.plan_id = ANY(%(plans)s) AND (o.kind = 'year' OR o.kind = 'month' AND o.number = 12)
    GROUP BY 1, 2, 3
"""
# The same of what several provinces follow, in the plans whose totals the reader may see.
_TOPIC_SUMS = """
    SELECT f.indicator_id, o.year, o.kind, sum(CASE f.status WHEN 'nil' THEN 0 ELSE f.actual END)
    FROM reporting_round o
    JOIN reporting_report r ON r.round_id = o.id AND r.tier = 'agency' AND r.state = 'accepted'
    JOIN reporting_versionfigure f ON f.version_id = r.latest_version_id
    WHERE o.plan_id = ANY(%(plans)s) AND (o.kind = 'year' OR o.kind = 'month' AND o.number = 12)
    AND f.indicator_id = ANY(%(read)s)
    GROUP BY 1, 2, 3
"""
_TOPIC_TARGETS = """
    SELECT * FROM targets_target WHERE indicator_id = ANY(%(topic)s) ORDER BY position
"""
# What there is to compare at all: the indicators of every plan.
_TOPICS = """
    SELECT i.*, p.*, j.*, a.* FROM targets_indicator i
    JOIN plans_plan p ON p.id = i.plan_id
    JOIN agencies_jurisdiction j ON j.id = p.jurisdiction_id
    JOIN agencies_agency a ON a.id = p.lead_agency_id
    ORDER BY j.name, p.code, i.position
"""
# What one indicator's years came to.
_YEARS_OF_ONE = """
    SELECT o.year, o.kind, sum(f.actual)
    FROM reporting_round o
    JOIN reporting_report r ON r.round_id = o.id AND r.tier = 'agency' AND r.state = 'accepted'
    JOIN reporting_versionfigure f ON f.version_id = r.latest_version_id
    WHERE o.plan_id = ANY(%(plans)s) AND (o.kind = 'year' OR o.kind = 'month' AND o.number = 12)
    AND f.indicator_id = (SELECT id FROM targets_indicator WHERE plan_id = ANY(%(plans)s)
        ORDER BY position LIMIT 1)
    GROUP BY 1, 2
"""
# The targets of all years; with their indicators and breakdowns.
_PLAN_TARGETS = """
    SELECT t.*, i.*, b.* FROM targets_target t
    JOIN targets_indicator i ON i.id = t.indicator_id
    LEFT JOIN targets_breakdown b ON b.id = i.breakdown_id
    WHERE i.plan_id = ANY(%(plans)s) ORDER BY t.position
"""
_ALL_TARGETS = """
    SELECT t.* FROM targets_target t JOIN targets_indicator i ON i.id = t.indicator_id
    WHERE i.plan_id = ANY(%(plans)s) ORDER BY t.position
"""
_ROUNDS = "SELECT * FROM reporting_round WHERE plan_id = ANY(%(plans)s) ORDER BY window_end DESC"
# The cells of the timeliness table: each report, the day it was extended to, whether it is nil.
_CELLS = """
    SELECT r.*, a.*,
        (SELECT e.granted_day FROM reporting_extension e WHERE e.report_id = r.id
         AND e.granted_day IS NOT NULL ORDER BY e.decided_at DESC LIMIT 1),
        EXISTS (SELECT 1 FROM reporting_versionfigure f
                WHERE f.version_id = r.latest_version_id AND f.status = 'nil')
        AND NOT EXISTS (SELECT 1 FROM reporting_versionfigure f
                        WHERE f.version_id = r.latest_version_id AND f.status = 'number')
    FROM reporting_round o
    JOIN reporting_report r ON r.round_id = o.id
    JOIN agencies_agency a ON a.id = r.agency_id
    WHERE o.plan_id = ANY(%(plans)s) AND o.year = %(year)s ORDER BY a.name_key
"""
# Which duties bind whom.
_BOUND = """
    SELECT d.id, coalesce(p.agency_id, m.agency_id) FROM plans_duty d
    JOIN plans_duty_parties b ON b.duty_id = d.id
    JOIN plans_party p ON p.id = b.party_id
    LEFT JOIN plans_party_members m ON m.party_id = p.id
    WHERE d.plan_id = ANY(%(plans)s)
"""
# The last report each agency sent, and what it says of duties.
_LAST = """
    SELECT DISTINCT ON (r.agency_id) r.id FROM reporting_round o
    JOIN reporting_report r ON r.round_id = o.id AND r.tier = 'agency'
    WHERE o.plan_id = ANY(%(plans)s) AND r.latest_version_id IS NOT NULL
    ORDER BY r.agency_id, o.window_end DESC
"""
_LAST_SENT = f"""
    SELECT r.*, a.*, o.*, v.number, v.as_of, v.submitted_at
    FROM reporting_report r
    JOIN reporting_round o ON o.id = r.round_id
    JOIN reporting_reportversion v ON v.id = r.latest_version_id
    JOIN agencies_agency a ON a.id = r.agency_id
    WHERE r.id IN ({_LAST}) ORDER BY a.name_key
"""  # noqa: S608 - a constant of this module
_LAST_SAID = f"""
    SELECT d.*, s.* FROM reporting_report r
    JOIN reporting_versionduty d ON d.version_id = r.latest_version_id
    JOIN plans_duty s ON s.id = d.duty_id
    WHERE r.id IN ({_LAST}) ORDER BY s.position
"""  # noqa: S608 - a constant of this module
# Since when: the unbroken run of versions that say so, of whoever says so in the round shown.
_SINCE = """
    SELECT agency_id, duty_id, min(submitted_at) FROM (
        SELECT r.agency_id, d.duty_id, v.submitted_at,
            count(*) FILTER (WHERE d.status <> 'stuck') OVER (
                PARTITION BY r.agency_id, d.duty_id
                ORDER BY o.window_end DESC, o.id DESC, v.number DESC) AS breaks
        FROM reporting_round o
        JOIN reporting_report r ON r.round_id = o.id AND r.tier = 'agency'
        JOIN reporting_reportversion v ON v.report_id = r.id
        JOIN reporting_versionduty d ON d.version_id = v.id
        WHERE o.plan_id = ANY(%(first)s) AND r.agency_id IN (
            SELECT told.agency_id FROM reporting_report told
            JOIN reporting_versionduty stuck ON stuck.version_id = told.latest_version_id
            WHERE told.round_id = ANY(%(now)s) AND told.tier = 'agency'
            AND stuck.status = 'stuck')) said
    WHERE breaks = 0 GROUP BY 1, 2
"""
# What is stuck in the round shown.
_STUCK = """
    SELECT d.*, s.*, a.*
    FROM reporting_report r
    JOIN reporting_round o ON o.id = r.round_id
    JOIN reporting_versionduty d ON d.version_id = r.latest_version_id AND d.status = 'stuck'
    JOIN plans_duty s ON s.id = d.duty_id
    JOIN agencies_agency a ON a.id = r.agency_id
    WHERE r.round_id = ANY(%(now)s) AND r.tier = 'agency' AND o.plan_id = ANY(%(first)s)
"""
# How often each agency was late in the two years before.
_HABITS = """
    SELECT o.plan_id, r.agency_id, count(*)
    FROM reporting_round n
    JOIN reporting_round o ON o.plan_id = n.plan_id AND o.year >= n.year - 2
        AND o.window_end < n.window_end
    JOIN reporting_report r ON r.round_id = o.id
    WHERE n.id = ANY(%(now)s) AND n.plan_id = ANY(%(first)s)
    AND r.tier = 'agency' AND r.obligation = 'required' AND (
        (r.first_submitted_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date > r.first_last_day
        OR r.first_submitted_at IS NULL AND r.last_day < %(today)s)
    GROUP BY 1, 2
"""
_PLANS = "SELECT * FROM plans_plan WHERE jurisdiction_id = %(place)s"
# Consolidations that wait for the leader.
_TO_ACCEPT = """
    SELECT o.*, r.id FROM reporting_round o JOIN reporting_report r ON r.round_id = o.id
    WHERE o.plan_id = ANY(%(plans)s) AND r.tier = 'lead' AND r.state = 'submitted'
"""
# Rounds whose due date is just over: the brief is of those.
_JUST_DUE = """
    SELECT o.* FROM reporting_round o JOIN reporting_rounddue d ON d.round_id = o.id
    WHERE o.plan_id = ANY(%(plans)s) AND d.last_day < %(today)s AND d.last_day >= %(today)s - 28
"""

_YEAR = [_INDICATORS, _TARGETS, _FIGURES, _REPORTS, _ASKED, _ALLOCATED]
_WORRIES = [_HABITS, _STUCK, _SINCE]
RAW = {
    "progress": [_ROUND_OF_YEAR, *_YEAR, _BESIDE],
    "figures": [_ROUND_OF_YEAR, *_YEAR, _YEARS_OF_ONE],
    "timeliness": [_ROUNDS, _CELLS],
    "duty-states": [_BOUND, _LAST_SENT, _LAST_SAID, _SINCE],
    "targets": [_PLAN_TARGETS],
    "years": [_INDICATORS, _ALL_TARGETS, _YEAR_SUMS],
    "compare": [_TOPICS, _TOPIC_TARGETS, _TOPIC_SUMS],
    "brief": [_PLANS, _JUST_DUE, _LATEST_ROUNDS, *_YEAR, *_WORRIES],
    "home": [_PLANS, _TO_ACCEPT, _LATEST_ROUNDS, *_YEAR, *_WORRIES],
}
