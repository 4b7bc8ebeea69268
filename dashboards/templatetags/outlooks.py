"""Template filters that put pace and forecast into words; they compute nothing."""

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
):
    register.filter(_filter.__name__, _filter)
