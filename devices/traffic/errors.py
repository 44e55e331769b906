"""Everything that can go wrong with a counter or its file, each with a next step for a person."""

from __future__ import annotations

from typing import ClassVar

from devices.traffic.events import LossReason


class PortProblem(Exception):
    """A counter's serial port cannot be used now. The reader tries again by itself."""

    reason: ClassVar[LossReason]
    text: ClassVar[str]
    next_step: ClassVar[str]

    def __init__(self, port: str, detail: str = "") -> None:
        self.port = port
        self.detail = detail
        super().__init__(f"{self.text} ({port})")


class PortMissing(PortProblem):
    """Nothing is plugged in under this name."""

    reason = LossReason.PORT_MISSING
    text = "The vehicle counter is not plugged in"
    next_step = "Check the counter's cable at both ends. Counting starts again by itself."


class PortRefused(PortProblem):
    """The kiosk's user may not open the port."""

    reason = LossReason.PORT_REFUSED
    text = "The kiosk is not allowed to use the counter's port"
    next_step = "Add the kiosk's user to the 'dialout' group, then start the kiosk again."


class PortBusy(PortProblem):
    """Another program holds the port."""

    reason = LossReason.PORT_BUSY
    text = "Another program is using the counter's port"
    next_step = "Close the other program. Counting starts again by itself."


class PortUnusable(PortProblem):
    """The name exists, but it is not a serial port or does not take the settings."""

    reason = LossReason.PORT_UNUSABLE
    text = "This is not a serial port that the kiosk can use"
    next_step = "Choose the counter's port again in the counter's settings."


class PortGone(PortProblem):
    """The port failed while it was open.

    pyserial gives one message for a pulled cable and for a second reader of the same port,
    so the words name both.
    """

    reason = LossReason.UNPLUGGED
    text = "The vehicle counter was unplugged"
    next_step = (
        "Plug the counter in again. If it is plugged in, close any other program that reads it."
    )


class CounterNotAnswering(PortProblem):
    """The port is open, but nothing there answers as this kind of counter."""

    reason = LossReason.NOT_ANSWERING
    text = "The vehicle counter does not answer"
    next_step = (
        "Check that the counter has power and that its type and speed are right in the settings."
    )


class CountFileInvalid(ValueError):
    """A count file that cannot be read as what it should be. Nothing of it was taken."""

    def __init__(self, problem: str, line: int | None = None) -> None:
        self.problem = problem
        self.line = line
        self.next_step = "Export the file again from the counter's own program, then try again."
        super().__init__(problem if line is None else f"line {line}: {problem}")
