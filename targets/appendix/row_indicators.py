"""Which indicator of the plan each row of a targets appendix is."""

import difflib

from targets.appendix.cells.texts import match_key

_NEW = "new"
_CLOSE = 0.8


def match_rows(lines, known, found):
    """
    Give each line the indicator, of those `known`, with its label inside its parent.

    A row that comes close to one is asked about; two rows of the same one are a fault.
    """
    by_place = {(i.parent_id, match_key(i.appendix_label)): i for i in known if i.appendix_label}
    by_row, taken, unsure = {}, {}, set()
    unreadable = {problem.cell for problem in found.errors}
    for line in lines:
        line.is_unsure = line.address in unreadable or line.parent in unsure
        if line.is_unsure:
            unsure.add(line.row)
            continue
        parent = by_row.get(line.parent)
        is_below_new = line.parent is not None and parent is None
        place = (parent.pk if parent else None, line.row.key)
        indicator = None if is_below_new else by_place.get(place)
        if indicator is None and not is_below_new:
            indicator = _asked(line, parent, known, taken, found)
        if indicator and indicator.pk in taken:
            found.error(
                line.address,
                "same-row",
                f"Trùng với dòng {taken[indicator.pk]}: cùng một chỉ tiêu.",
                line.row.label,
            )
            continue
        if indicator:
            taken[indicator.pk] = line.row.number
        line.indicator = by_row[line.row] = indicator
    _find_repeated(lines, found)


def _find_repeated(lines, found):
    seen = {}
    for line in lines:
        place = (line.parent, line.row.key)
        if line.indicator is None and not line.is_unsure and place in seen:
            found.error(
                line.address, "same-row", f"Trùng tên với dòng {seen[place]}.", line.row.label
            )
        seen.setdefault(place, line.row.number)


def _asked(line, parent, known, taken, found):
    """Ask whether a row that matches nothing is an indicator of the plan, where one is close."""
    close = [
        (score, indicator)
        for indicator in known
        if indicator.pk not in taken and (score := _closeness(line, indicator)) >= _CLOSE
    ]
    if not close:
        return None
    parent_pk = parent.pk if parent else None
    close.sort(key=lambda entry: (entry[1].parent_id != parent_pk, -entry[0]))
    choices = [(indicator.code, indicator.name) for _, indicator in close[:5]]
    answer = found.ask(
        f"row:{line.row.number}",
        line.address,
        f"“{line.row.label}” là chỉ tiêu nào của kế hoạch?",
        [*choices, (_NEW, "Một chỉ tiêu mới")],
    )
    return next((indicator for _, indicator in close if indicator.code == answer), None)


def _closeness(line, indicator):
    """Return 0–1: how near the row's words are to the indicator's label or name."""
    labels = [match_key(label) for label in (indicator.appendix_label, indicator.name) if label]
    return max(difflib.SequenceMatcher(None, line.row.key, label).ratio() for label in labels)
