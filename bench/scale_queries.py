"""Raw SQL of what each measured page shows, as one would write it by hand: the lower bound."""

_CURRENT = """
    FROM reporting_round o
    JOIN reporting_report r ON r.round_id = o.id AND r.tier = 'agency'
    JOIN reporting_versionfigure f ON f.version_id = r.latest_version_id
    WHERE o.plan_id = %(plan)s AND o.kind = 'month' AND o.number = %(month)s
"""
_TOTALS = f"""
    SELECT f.indicator_id,
        sum(f.actual) FILTER (WHERE r.state = 'accepted'),
        count(*) FILTER (WHERE r.state = 'accepted'),
        sum(f.actual) FILTER (WHERE r.state = 'submitted'),
        count(*) FILTER (WHERE r.state = 'submitted')
    {_CURRENT} AND o.year = %(year)s GROUP BY 1
"""
_LAST_YEAR = f"""
    SELECT f.indicator_id, sum(f.actual)
    {_CURRENT} AND o.year = %(year)s - 1 AND r.state = 'accepted' AND r.agency_id IN (
        SELECT n.agency_id FROM reporting_report n JOIN reporting_round m ON m.id = n.round_id
        WHERE m.plan_id = %(plan)s AND m.year = %(year)s AND m.number = %(month)s
        AND n.state = 'accepted' AND n.tier = 'agency')
    GROUP BY 1
"""  # noqa: S608 - two constants of this module
_AGENCIES = """
    SELECT a.*, r.state, EXISTS (
        SELECT 1 FROM reporting_versionfigure f WHERE f.version_id = r.latest_version_id
        AND f.status IN ('number', 'nil'))
    FROM reporting_round o
    JOIN reporting_report r ON r.round_id = o.id AND r.tier = 'agency'
    JOIN agencies_agency a ON a.id = r.agency_id
    WHERE o.plan_id = %(plan)s AND o.year = %(year)s AND o.number = %(month)s
    ORDER BY a.name_key
"""
_LATEST = """
    SELECT * FROM reporting_round o
    WHERE o.plan_id = %(plan)s AND o.year = %(year)s AND o.kind <> 'ad_hoc' AND EXISTS (
        SELECT 1 FROM reporting_report r
        JOIN reporting_versionfigure f ON f.version_id = r.latest_version_id
        WHERE r.round_id = o.id AND r.state = 'accepted' AND r.tier = 'agency')
    ORDER BY o.window_end DESC LIMIT 1
"""
# Last accepted figures, in the year's earlier rounds, of those missing now.
_BESIDE = """
    SELECT DISTINCT ON (r.agency_id) f.actual, a.name, o.window_end
    FROM reporting_round o
    JOIN reporting_report r ON r.round_id = o.id AND r.tier = 'agency' AND r.state = 'accepted'
    JOIN agencies_agency a ON a.id = r.agency_id
    JOIN reporting_versionfigure f ON f.version_id = r.latest_version_id
    WHERE o.plan_id = %(plan)s AND o.year = %(year)s AND o.number < %(month)s
    AND f.indicator_id = (
        SELECT id FROM targets_indicator WHERE plan_id = %(plan)s ORDER BY position LIMIT 1)
    AND r.agency_id IN (
        SELECT n.agency_id FROM reporting_report n JOIN reporting_round m ON m.id = n.round_id
        WHERE m.plan_id = %(plan)s AND m.year = %(year)s AND m.number = %(month)s
        AND n.state IN ('draft', 'returned'))
    ORDER BY r.agency_id, o.window_end DESC
"""
_INDICATORS = "SELECT * FROM targets_indicator WHERE plan_id = %(plan)s ORDER BY position"
_TARGETS = """
    SELECT t.* FROM targets_target t JOIN targets_indicator i ON i.id = t.indicator_id
    WHERE i.plan_id = %(plan)s AND t.year = %(year)s
"""
_ROUNDS = "SELECT * FROM reporting_round WHERE plan_id = %(plan)s ORDER BY window_end DESC"
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
    WHERE o.plan_id = %(plan)s AND o.year = %(year)s ORDER BY a.name_key
"""
_LAST_SENT = """
    SELECT DISTINCT ON (r.agency_id) r.*, a.*, o.*, v.id, v.submitted_at
    FROM reporting_round o
    JOIN reporting_report r ON r.round_id = o.id AND r.tier = 'agency'
    JOIN reporting_reportversion v ON v.id = r.latest_version_id
    JOIN agencies_agency a ON a.id = r.agency_id
    WHERE o.plan_id = %(plan)s ORDER BY r.agency_id, o.window_end DESC
"""
_DUTIES = """
    SELECT d.*, s.* FROM reporting_versionduty d JOIN plans_duty s ON s.id = d.duty_id
    WHERE d.version_id IN (SELECT last.version FROM (
        SELECT DISTINCT ON (r.agency_id) r.latest_version_id AS version
        FROM reporting_round o
        JOIN reporting_report r ON r.round_id = o.id AND r.tier = 'agency'
        WHERE o.plan_id = %(plan)s AND r.latest_version_id IS NOT NULL
        ORDER BY r.agency_id, o.window_end DESC) last)
"""
_STUCK = """
    SELECT r.agency_id, d.duty_id, d.status, v.submitted_at
    FROM reporting_round o
    JOIN reporting_report r ON r.round_id = o.id AND r.tier = 'agency'
    JOIN reporting_reportversion v ON v.report_id = r.id
    JOIN reporting_versionduty d ON d.version_id = v.id
    WHERE o.plan_id = %(plan)s AND EXISTS (
        SELECT 1 FROM reporting_versionduty n JOIN reporting_report l
        ON l.latest_version_id = n.version_id
        WHERE l.agency_id = r.agency_id AND n.duty_id = d.duty_id AND n.status = 'stuck')
    ORDER BY o.window_end, v.number
"""

RAW = {
    "progress": [_LATEST, _TOTALS, _LAST_YEAR, _AGENCIES, _BESIDE, _INDICATORS, _TARGETS],
    "timeliness": [_ROUNDS, _CELLS],
    "duties": [_LAST_SENT, _DUTIES, _STUCK],
}
