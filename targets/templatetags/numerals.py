"""Template filters that print numbers and targets; they compute nothing."""

from django import template

from targets import attainment
from targets.numerals import format_number, format_percent

register = template.Library()


@register.filter
def number(value):
    return "" if value is None else format_number(value)


@register.filter
def signed(value):
    return "" if value is None else format_number(value, sign=True)


@register.filter
def percent(value):
    return "" if value is None else format_percent(value)


@register.filter
def target_words(target):
    return attainment.describe(target)


@register.filter
def target_with_unit(target):
    return attainment.describe(target, target.indicator.unit)


@register.filter
def target_span(target):
    return attainment.describe_span(target)
