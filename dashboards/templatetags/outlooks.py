"""Template filters that put pace and forecast into words and bars; they compute nothing."""

from django import template

from dashboards import outlook

register = template.Library()

for _filter in (
    outlook.pace_words,
    outlook.pace_style,
    outlook.pace_how,
    outlook.forecast_words,
    outlook.forecast_how,
    outlook.verdict,
    outlook.told_columns,
    outlook.bar_length,
    outlook.provisional_length,
):
    register.filter(_filter.__name__, _filter)
