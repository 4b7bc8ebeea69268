"""Random sequences of steps by several people, against the model of tests/report_machine.py."""

import sys
import traceback

from hypothesis import seed as seeded
from hypothesis.stateful import run_state_machine_as_test

from tests.faults import Row
from tests.report_machine import World, machine_of, thoroughness

SEQUENCES, STEPS = 100, 50
NIGHT = 50  # a long run does so many times more


def run(*, seed, long):
    """Return one row; the shortest sequence that fails is told on stderr."""
    sequences = SEQUENCES * (NIGHT if long else 1)
    machine = seeded(seed)(machine_of(World()))
    kind = f"sequences of up to {STEPS} steps by four people"
    try:
        run_state_machine_as_test(machine, settings=thoroughness(sequences=sequences, steps=STEPS))
    except Exception:  # whatever broke is the finding
        traceback.print_exc(file=sys.stderr)
        return [Row(kind, sequences, other=1)]
    return [Row(kind, sequences)]
