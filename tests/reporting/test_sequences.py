"""Random sequences of steps by several people keep every invariant (tests/report_machine.py)."""

import pytest
from hypothesis import Phase
from hypothesis.stateful import run_state_machine_as_test

from tests.report_machine import World, machine_of, thoroughness


@pytest.mark.django_db
def test_whatever_people_do_in_whatever_order_the_reports_stay_right():
    # The same sequences in every run; others, and the shortest that fails, come from `make faults`.
    always_the_same = thoroughness(
        sequences=15, steps=30, derandomize=True, phases=[Phase.generate]
    )

    run_state_machine_as_test(machine_of(World()), settings=always_the_same)
