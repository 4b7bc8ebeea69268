"""Which indicator and which year a column, a row or the title of an allocation speaks of."""

from targets.appendix.cells.texts import match_key
from targets.appendix.headings import YEAR_IN_TITLE, Role
from targets.appendix.likely_year import likely_year
from targets.appendix.table_rows import TOTAL


class Subjects:
    """What one table's figures are of; what it leaves open is asked through `found`."""

    def __init__(self, table, plan, found, file_name):
        self.table, self.plan, self.found, self.file_name = table, plan, found, file_name
        self.indicators = list(plan.indicators.select_related("parent"))
        self.by_label = {}
        for indicator in self.indicators:
            for label in indicator.labels:
                same = self.by_label.setdefault(match_key(label), [])
                if indicator not in same:
                    same.append(indicator)

    def of_columns(self):
        """Return {column: (indicator, year)} of the columns that hold figures."""
        year = self._year_of_title()
        whole = self._whole()
        columns = {}
        for column, heading in self.table.headings.items():
            if heading.role in (Role.INDICATOR, Role.YEAR, Role.UNKNOWN, Role.LABEL):
                indicator = self._indicator_of(column, heading, whole)
                if indicator:
                    columns[column] = (indicator, heading.year or year or self._asked_year())
            elif heading.role == Role.SKIPPED:
                self.found.notices.append(f"Cột “{heading.text}”: không đọc.")
        return columns

    def of_row(self, row):
        """Return (indicator, year) of a row in a list; None for what it does not say."""
        return self._indicator_of_row(row), self._year_of_row(row)

    def _whole(self):
        """Return the indicator that “Tổng số” stands for: the parent of the other columns."""
        parents = {
            indicator.parent
            for heading in self.table.headings.values()
            for word in heading.words
            for indicator in self.by_label.get(match_key(word), [])[:1]
            if indicator.parent
        }
        tops = [i for i in self.indicators if i.parent is None and i.combine == "sum"]
        return parents.pop() if len(parents) == 1 else (tops[0] if len(tops) == 1 else None)

    def _indicator_of(self, column, heading, whole):
        for word in reversed(heading.words):
            known = self.by_label.get(match_key(word))
            if known:
                return known[0]
            if match_key(word) in TOTAL and whole:
                return whole
        if heading.role == Role.YEAR and (indicator := self._indicator_of_title()):
            return indicator
        if heading.role == Role.YEAR:
            return self._ask_indicator("title", self.table.heading_address(column), "Bảng này")
        key = f"column:{column}"
        return self._ask_indicator(key, self.table.heading_address(column), f"Cột “{heading.text}”")

    def _indicator_of_title(self):
        title = f" {match_key(self.table.title)} "
        named = [i for label, (i, *_) in self.by_label.items() if f" {label} " in title]
        return named[0] if len(set(named)) == 1 else None

    def _ask_indicator(self, key, address, what):
        choices = [(str(i.pk), i.name) for i in self.indicators if i.combine == "sum"]
        if not choices:
            self.found.error(address, "unknown-column", "Kế hoạch chưa có chỉ tiêu nào để giao.")
            return None
        answer = self.found.ask(f"indicator:{key}", address, f"{what} giao chỉ tiêu nào?", choices)
        return next(i for i in self.indicators if str(i.pk) == answer)

    def _indicator_of_row(self, row):
        label = self.found.text(self.table, row, Role.LABEL)
        known = self.by_label.get(match_key(label), [])
        if len(known) == 1:
            return known[0]
        address = self.table.sheet.address(row, self.table.column(Role.LABEL))
        if not known:
            self.found.error(address, "unknown-indicator", "Kế hoạch không có chỉ tiêu này.", label)
            return None
        answer = self.found.ask(
            f"indicator:{match_key(label)}",
            address,
            f"“{label}” là chỉ tiêu nào? Kế hoạch có {len(known)} chỉ tiêu cùng tên.",
            [(str(i.pk), f"{i.name} ({i.parent or i.code})") for i in known],
        )
        return next(i for i in known if str(i.pk) == answer)

    def _year_of_row(self, row):
        column = self.table.column(Role.YEAR_NAME)
        if column is None:
            return self._year_of_title() or self._asked_year()
        text = self.found.text(self.table, row, Role.YEAR_NAME)
        digits = text.lower().removeprefix("năm").strip()
        if digits.isascii() and digits.isdigit() and int(digits) in self.plan.years:
            return int(digits)
        self.found.error(
            self.table.sheet.address(row, column),
            "year-outside",
            f"“{text}” không phải là năm của kế hoạch "
            f"({self.plan.first_year}-{self.plan.last_year}).",
            text,
        )
        return None

    def _year_of_title(self):
        years = {int(year) for year in YEAR_IN_TITLE.findall(match_key(self.table.title))}
        years &= set(self.plan.years)
        if len(years) == 1:
            return years.pop()
        return self.plan.first_year if self.plan.is_one_year else None

    def _asked_year(self):
        years = [(str(year), str(year)) for year in self.plan.years]
        address = self.table.sheet.address(self.table.last_head, min(self.table.headings))
        asked = [question for question in self.found.questions if question.key == "year"]
        if asked:
            return int(asked[0].chosen or years[0][0])
        year, why = self._likely_year()
        asking = "Bảng này giao chỉ tiêu của năm nào?"
        chosen = str(year or "")
        return int(self.found.ask("year", address, asking, years, chosen=chosen, why=why))

    def _likely_year(self):
        names = {"tên bảng": self.table.title, "tên trang tính": self.table.sheet.name}
        return likely_year(names | {"tên tệp": self.file_name}, self.plan.years)
