"""
Who is reminded of what on 66 days, reasoned by hand from the rules and a wall calendar (issue 6).

Last days (R1) and the days of their stages (R23), as read off the calendar; a stage on a day off
goes to the working day before, a late one to the one after; of two on one day the later:

  K first half 2023  19/6 Mon T-15 Sun 4/6 → Fri 2/6 · T-7 12/6 · T-3 Fri 16/6 and T-1 Sun 18/6
                        → Fri 16/6: T-1 · T0 19/6 · T+1 20/6 · T+3 22/6 · T+7 26/6 to 2/7
  lead             29/6 Thu   14/6 · 22/6 · 26/6 · 28/6 · 29/6 · 30/6 · Sun 2/7 → 3/7 · 6/7 to 12/7
  year 2023        14/12 Thu  29/11 · 7/12 · 11/12 · 13/12 · 14/12 · 15/12 · Sun 17/12 → 18/12 ·
                        21/12 to 27/12
  A lead (25/12)   24/12 Sun  Sat 9/12 → 8/12 · Sun 17/12 → 15/12 · 21/12 · T-1, T0 → Fri 22/12:
                        T0 · 25/12 · 27/12 · Sun 31/12, New Year → 2/1 to 8/1
  K lead (31/12)   30/12 Sat  15/12 · Sat 23/12 → 22/12 · 27/12 · T-1, T0 → Fri 29/12: T0 · T+1 Sun
                        31/12 and New Year → 2/1, T+3 2/1: T+3 · Sat 6/1 → 8/1 to 14/1
  K first half 2024  19/6 Wed 4/6 · 12/6 · Sun 16/6 → 14/6 · 18/6 · 19/6 · 20/6 · Sat 22/6 → 24/6 ·
                        26/6 to 2/7
  returned until   25/6 Tue   10/6 · 18/6 · Sat 22/6 → 21/6 · 24/6 · 25/6 · 26/6 · 28/6 · 2/7 to 8/7
  extended until   28/6 Fri   13/6 · 21/6 · 25/6 · 27/6 · 28/6 · T+1 Sat 29/6 → 1/7, T+3 1/7: T+3 ·
                        5/7 to 11/7
  lead             29/6 Sat   14/6 · Sat 22/6 → 21/6 · 26/6 · T-1, T0 → Fri 28/6: T0 · Sun 30/6 →
                        1/7 · 2/7 · Sat 6/7 → 8/7
  year 2024        14/12 Sat  29/11 · Sat 7/12 → 6/12 · 11/12 · T-1, T0 → Fri 13/12: T0 · Sun 15/12
                        → 16/12 · 17/12 · Sat 21/12 → 23/12 to 29/12
  A lead           24/12 Tue  9/12 · 17/12 · Sat 21/12 → 20/12 · 23/12 · 24/12 · 25/12 · 27/12 ·
                        31/12
  K lead           30/12 Mon  Sun 15/12 → 13/12 · 23/12 · T-3 27/12, T-1 Sun 29/12 → 27/12: T-1 ·
                        30/12 · 31/12
  D m. 1 of 2020  9/2 Sun    T-15 25/1, first day of Tết (23/1 to 29/1) → 22/1 · Sun 2/2 →
                        31/1 · 6/2 · T-1, T0 → Fri 7/2: T0 · 10/2 · 12/2 · Sun 16/2 → 17/2 to 23/2
  D m. 2          9/3 Mon    Sun 23/2 → 21/2
  D m. 4          9/5 Sat    T-7 2/5 Sat, 1/5 and 30/4 off → 29/4 · T-1, T0 → Fri 8/5: T0
  D m. 8          9/9 Wed    T-7 2/9, National Day → 1/9
  D m. 12         9/1/21 Sat T-1, T0 → Fri 8/1: T0

The cast: hondat (officer, with a head), gthanh (extended to 28/6/2024), gddt (returned), mttq
(requested: nothing after its day, nothing escalated), staff (the lead's report), leader. In An
Giang (A: angiang; aglead is its consolidation) and Kon Tum (T) the staff stand in for agencies
without users. Nothing was sent, so that each stage lasts until the next. Rounds
of 2021 and 2022 were opened as late as 2024: they remind nobody.

A row: day | who: stage, who: stage … ; the round is the one the calendar of that day speaks of.
"""

SHEET = """
2023-06-01 |
2023-06-02 | hondat: T-15, mttq: T-15
2023-06-04 | hondat: T-15, mttq: T-15
2023-06-12 | hondat: T-7, mttq: T-7
2023-06-14 | hondat: T-7, mttq: T-7, staff: T-15
2023-06-16 | hondat: T-1, mttq: T-1, staff: T-15
2023-06-19 | hondat: T0, mttq: T0, staff: T-15
2023-06-20 | hondat: T+1, staff: T-15
2023-06-22 | hondat: T+3, head: T+3, staff: T-7
2023-06-26 | hondat: T+7, leader: T+7, staff: T-3
2023-06-28 | hondat: T+7, leader: T+7, staff: T-1
2023-06-29 | hondat: T+7, leader: T+7, staff: T0
2023-06-30 | hondat: T+7, leader: T+7, staff: T+1
2023-07-02 | hondat: T+7, leader: T+7, staff: T+1
2023-07-03 | staff: T+3
2023-07-06 | staff: T+7, leader: T+7
2023-07-12 | staff: T+7, leader: T+7
2023-07-13 |
2023-11-29 | hondat: T-15, mttq: T-15, angiang: T-15, kontum: T-15
2023-12-07 | hondat: T-7, mttq: T-7, angiang: T-7, kontum: T-7
2023-12-09 | hondat: T-7, mttq: T-7, angiang: T-7, kontum: T-7, aglead: T-15
2023-12-11 | hondat: T-3, mttq: T-3, angiang: T-3, kontum: T-3, aglead: T-15
2023-12-13 | hondat: T-1, mttq: T-1, angiang: T-1, kontum: T-1, aglead: T-15
2023-12-14 | hondat: T0, mttq: T0, angiang: T0, kontum: T0, aglead: T-15
2023-12-15 | hondat: T+1, angiang: T+1, kontum: T+1, aglead: T-7, staff: T-15
2023-12-18 | hondat: T+3, head: T+3, angiang: T+3, kontum: T+3, aglead: T-7, staff: T-15
2023-12-21 | hondat: T+7, leader: T+7, angiang: T+7, kontum: T+7, aglead: T-3, staff: T-15
2023-12-22 | hondat: T+7, leader: T+7, angiang: T+7, kontum: T+7, aglead: T0, staff: T-7
2023-12-25 | hondat: T+7, leader: T+7, angiang: T+7, kontum: T+7, aglead: T+1, staff: T-7
2023-12-27 | hondat: T+7, leader: T+7, angiang: T+7, kontum: T+7, aglead: T+3, staff: T-3
2023-12-28 | aglead: T+3, staff: T-3
2023-12-29 | aglead: T+3, staff: T0
2023-12-31 | aglead: T+3, staff: T0
2024-01-02 | aglead: T+7, staff: T+3
2024-01-08 | aglead: T+7, staff: T+7, leader: T+7
2024-01-14 | staff: T+7, leader: T+7
2024-01-15 |
2024-06-03 |
2024-06-04 | hondat: T-15, mttq: T-15
2024-06-12 | hondat: T-7, mttq: T-7, gddt: T-15
2024-06-14 | hondat: T-3, mttq: T-3, gddt: T-15, gthanh: T-15, staff: T-15
2024-06-17 | hondat: T-3, mttq: T-3, gddt: T-15, gthanh: T-15, staff: T-15
2024-06-18 | hondat: T-1, mttq: T-1, gddt: T-7, gthanh: T-15, staff: T-15
2024-06-19 | hondat: T0, mttq: T0, gddt: T-7, gthanh: T-15, staff: T-15
2024-06-20 | hondat: T+1, gddt: T-7, gthanh: T-15, staff: T-15
2024-06-21 | hondat: T+1, gddt: T-3, gthanh: T-7, staff: T-7
2024-06-24 | hondat: T+3, head: T+3, gddt: T-1, gthanh: T-7, staff: T-7
2024-06-25 | hondat: T+3, head: T+3, gddt: T0, gthanh: T-3, staff: T-7
2024-06-26 | hondat: T+7, leader: T+7, gddt: T+1, gthanh: T-3, staff: T-3
2024-06-28 | hondat: T+7, leader: T+7, gddt: T+3, gthanh: T0, staff: T0
2024-06-29 | hondat: T+7, leader: T+7, gddt: T+3, gthanh: T0, staff: T0
2024-07-01 | hondat: T+7, leader: T+7, gddt: T+3, gthanh: T+3, staff: T+1
2024-07-02 | hondat: T+7, leader: T+7, gddt: T+7, leader: T+7, gthanh: T+3, staff: T+3
2024-07-03 | gddt: T+7, leader: T+7, gthanh: T+3, staff: T+3
2024-07-08 | gddt: T+7, leader: T+7, gthanh: T+7, leader: T+7, staff: T+7, leader: T+7
2024-11-29 | hondat: T-15, mttq: T-15, angiang: T-15, kontum: T-15
2024-12-06 | hondat: T-7, mttq: T-7, angiang: T-7, kontum: T-7
2024-12-13 | hondat: T0, mttq: T0, angiang: T0, kontum: T0, aglead: T-15, staff: T-15
2024-12-14 | hondat: T0, mttq: T0, angiang: T0, kontum: T0, aglead: T-15, staff: T-15
2024-12-15 | hondat: T0, angiang: T0, kontum: T0, aglead: T-15, staff: T-15
2024-12-16 | hondat: T+1, angiang: T+1, kontum: T+1, aglead: T-15, staff: T-15
2024-12-17 | hondat: T+3, head: T+3, angiang: T+3, kontum: T+3, aglead: T-7, staff: T-15
2024-12-23 | hondat: T+7, leader: T+7, angiang: T+7, kontum: T+7, aglead: T-1, staff: T-7
2024-12-27 | hondat: T+7, leader: T+7, angiang: T+7, kontum: T+7, aglead: T+3, staff: T-1
2024-12-30 | aglead: T+3, staff: T0
2024-12-31 | aglead: T+7, staff: T+1
2020-01-21 |
2020-01-22 | xa month-1: T-15
2020-01-27 | xa month-1: T-15
2020-01-31 | xa month-1: T-7
2020-02-06 | xa month-1: T-3
2020-02-07 | xa month-1: T0
2020-02-10 | xa month-1: T+1
2020-02-12 | xa month-1: T+3
2020-02-21 | xa month-1: T+7, xa month-2: T-15
2020-04-28 | xa month-4: T-15
2020-04-29 | xa month-4: T-7
2020-05-08 | xa month-4: T0
2020-08-31 | xa month-8: T-15
2020-09-01 | xa month-8: T-7
2021-01-08 | xa month-12: T0
"""


def rows():
    """Return [(day, sorted entries)] of the sheet."""
    lines = [line.partition("|") for line in SHEET.strip().splitlines()]
    return [
        (
            day.strip(),
            sorted(entry.strip() for entry in words.split(",") if entry.strip()),
        )
        for day, _, words in lines
    ]
