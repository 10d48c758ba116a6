"""Takes turns: in each round everybody has one turn, so that what disturbs the machine disturbs all alike."""

import statistics
import time

# Between turns, longer than the threads of a pool wait before they sleep: a pool that still spins takes the next one's core.
PAUSE = 0.004

# A turn: as many calls as fit, at least one.
TURN = 0.03


class Timed:
    """A job and the durations of its calls in seconds."""

    def __init__(self, name, job):
        self.name, self.job, self.samples = name, job, []

    def first(self):
        """The call that nobody counts; its duration says how many fit into a turn."""
        self._last = _time(self.job.call)

    def turn(self):
        # A call right before the measured ones wakes the pool and warms the caches; a long one does that itself.
        if self._last < TURN:
            self._last = _time(self.job.call)
        for _ in range(max(1, min(10, int(TURN / max(self._last, 1e-7))))):
            self._last = _time(self.job.call)
            self.samples.append(self._last)


class Limit:
    """A ceiling and the rates measured."""

    def __init__(self, ceiling):
        self.name, self.ceiling, self.samples = ceiling.name, ceiling, []
        self.exists = True

    def turn(self):
        if not self.exists:
            return
        rate = self.ceiling.rate()
        self.exists = rate is not None
        if self.exists:
            self.samples.append(rate)


def _time(call):
    start = time.perf_counter_ns()
    call()
    return (time.perf_counter_ns() - start) * 1e-9


def run_rounds(participants, seconds, least, most, announce=lambda name: None):
    """Rounds until `seconds` have passed, but at least `least` and at most `most`. Who begins rotates."""
    end = time.monotonic() + seconds
    for number in range(most):
        if number >= least and time.monotonic() >= end:
            return number
        first = number % len(participants)
        for participant in participants[first:] + participants[:first]:
            announce(participant.name)
            time.sleep(PAUSE)
            participant.turn()
    return most


def summary(samples):
    ordered = sorted(samples)
    return {
        "median": statistics.median(ordered),
        "least": ordered[0],
        "greatest": ordered[-1],
        "spread": _quantile(ordered, 0.75) - _quantile(ordered, 0.25),
        "count": len(ordered),
    }


def _quantile(ordered, part):
    position = part * (len(ordered) - 1)
    low = int(position)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (position - low) * (ordered[high] - ordered[low])
