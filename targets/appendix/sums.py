"""Checks between figures of a table: parts against their total, a figure against its neighbours."""

import statistics

from targets.appendix.outline import PARTITION
from targets.numerals import format_number

_FACTOR, _LARGE = 10, 1000


def check_group(rule, totals, members, comparable, found):
    """
    Note a broken breakdown at every cell that takes part, year by year (R17).

    `totals` and a member's `figures` are {year: (cell, number)}; the cell is None where the plan,
    not the table, gives the number. Members in another unit than their parent's are compared
    with nothing.
    """
    for year, total in totals.items():
        parts = [member.figures[year] for member in comparable if year in member.figures]
        if not parts:
            continue
        if rule != PARTITION:
            for part in parts:
                if part[1] > total[1]:
                    _note([total, part], _exceeds(part[1], total[1]), found)
        elif len(comparable) == len(members):
            amount = sum(number for _, number in parts)
            if amount > total[1] or (len(parts) == len(members) and amount != total[1]):
                _note([total, *parts], broken_sum(parts, amount, total[1]), found)


def broken_sum(parts, amount, total):
    """Return “Lệch 30: 850 + 620 = 1.470, tổng số là 1.500.”"""
    terms = " + ".join(format_number(number) for _, number in parts[:6])
    terms += " + …" if len(parts) > 6 else ""
    gap = format_number(abs(total - amount))
    return f"Lệch {gap}: {terms} = {format_number(amount)}, tổng số là {format_number(total)}."


def _exceeds(part, total):
    gap = format_number(part - total)
    return f"Vượt {gap}: trong đó {format_number(part)} lớn hơn tổng số {format_number(total)}."


def _note(cells, message, found):
    for address, number in cells:
        if address is not None:
            found.error(address, "broken-sum", message, number)


def check_plausible(figures, found):
    """Warn of a figure ten times off all its neighbours: Excel may have eaten “.000”."""
    if len(figures) < 3:
        return
    for year, (address, number) in figures.items():
        others = statistics.median(n for y, (_, n) in figures.items() if y != year)
        low, high = sorted([abs(number), abs(others)])
        if high >= _LARGE and low * _FACTOR <= high:
            found.warn(
                address,
                "out-of-band",
                f"Khác các năm bên cạnh (khoảng {format_number(others)}) hơn 10 lần. "
                "Kiểm tra có mất “.000” không.",
                number,
            )
