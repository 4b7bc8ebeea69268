"""Entering one indicator over all agencies of a round."""

import re

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from config import clock
from reporting import access, grid
from reporting.models import Round
from reporting.views.lookup import allow


@require_http_methods(["GET", "POST"])
def round_grid(request, pk, indicator_pk):
    round = get_object_or_404(Round.objects.visible_to(request.user), pk=pk)
    allow(access.may_enter_for(request.user, round))
    indicators = grid.indicators_in(round)
    indicator = get_object_or_404(indicators, pk=indicator_pk)
    cells = grid.cells_of(round, indicator)
    status = 200
    if request.method == "POST":
        texts = _texts(request.POST)
        conflicts = grid.save_grid(cells, texts, by=request.user, now=clock.now())
        _tell_left_out(request, grid.left_out(round, indicator, texts))
        typed = {pk: conflict.mine for pk, conflict in conflicts.items()}
        cells = grid.cells_of(round, indicator, typed=typed, conflicts=conflicts)
        if not conflicts and not any(cell.error for cell in cells):
            messages.success(
                request,
                _("Đã lưu {indicator} của các đơn vị.").format(indicator=indicator.name.lower()),
            )
            return redirect("reporting:round-grid", pk, indicator_pk)
        status = 422
    context = {"round": round, "indicator": indicator, "indicators": indicators, "cells": cells}
    return render(request, "reporting/round_grid.html", context, status=status)


def _texts(data):
    """Return {report id: (text, text last seen)} of the cells the form brought."""
    cells = (re.fullmatch(r"cell-(\d{1,15})", name, re.ASCII) for name in data)
    return {
        int(cell[1]): (data[cell[0]], data.get(f"seen-{cell[1]}", "")) for cell in cells if cell
    }


def _tell_left_out(request, left_out):
    """Say which figures are in no draft: their agencies have sent since the page was opened."""
    if left_out:
        blank = _("để trống")
        told = "; ".join(f"{report.agency} (“{text or blank}”)" for report, text in left_out)
        words = _("Đã gửi báo cáo trong lúc này, số bạn gõ không ghi vào: {told}.")
        messages.warning(request, words.format(told=told))
