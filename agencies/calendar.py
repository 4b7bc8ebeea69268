"""The working calendar: Monday to Friday less public holidays (Bộ luật Lao động art. 112)."""

import datetime as dt
from functools import cache

import holidays
from django.utils.translation import gettext as _

from agencies.models import DayOff

DAY = dt.timedelta(days=1)


@cache
def _public_holidays(year):
    """Return one year's calendar, complete when it is shared: threads must not see it grow."""
    return holidays.country_holidays("VN", language="vi", years=year, expand=False)


def library_days(year):
    """Return {day: (name, is_working)}: the library's holidays, and its make-up working days."""
    calendar = _public_holidays(year)
    made_up = [day for day in calendar.weekend_workdays if day.year == year]
    days = {day: (name, False) for day, name in calendar.items()}
    return days | dict.fromkeys(made_up, (_("Ngày làm bù"), True))


def days_of_year(year):
    """Return [(day, library's (name, is_working) or None, our DayOff or None)], by date."""
    library = library_days(year)
    ours = {row.day: row for row in DayOff.objects.filter(day__year=year)}
    return [(day, library.get(day), ours.get(day)) for day in sorted(library.keys() | ours.keys())]


class WorkingCalendar:
    """Which days offices are open: the library's answer, unless the province's table differs."""

    def __init__(self, exceptions=None):
        self._exceptions = exceptions or {}

    @classmethod
    def load(cls):
        """Return the calendar with the table's days; one query."""
        return cls(dict(DayOff.objects.values_list("day", "is_working")))

    def is_working_day(self, day):
        if day in self._exceptions:
            return self._exceptions[day]
        return _public_holidays(day.year).is_working_day(day)

    def next_working_day(self, day):
        """Return the day itself when offices are open, else the first such day after it."""
        while not self.is_working_day(day):
            day += DAY
        return day

    def previous_working_day(self, day):
        """Return the day itself when offices are open, else the last such day before it."""
        while not self.is_working_day(day):
            day -= DAY
        return day


# Without the province's own days: for what is computed away from the database.
LIBRARY_CALENDAR = WorkingCalendar()
