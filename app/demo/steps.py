"""The steps that steer the demo, for `wayproof demo STEP` and the control page. Only ever the demo's brand."""

from dataclasses import dataclass

from app.house import House


@dataclass(frozen=True)
class Link:
    """Where to see what changed: `label` for a person, `path` under the base address of the demo."""

    label: str
    path: str


@dataclass(frozen=True)
class Step:
    """One thing that can be played. `argument` names what it takes, or None; `default` stands in for silence."""

    name: str
    title: str
    does: str
    argument: str | None = None
    default: str | None = None
    choices: tuple[str, ...] = ()


@dataclass(frozen=True)
class Played:
    """What was done, in one sentence, and where customer, warehouse and support see it."""

    step: str
    said: str
    links: tuple[Link, ...]


class CannotPlay(Exception):
    """The step does not exist, or the demo is not in a state to play it; the text says what to do."""


STEPS: tuple[Step, ...] = (
    Step(
        "advance-clock",
        "Move the clock forward",
        "The demo's clock jumps ahead; everything that was due in between becomes due now.",
        argument="hours",
        default="24",
    ),
    Step(
        "warm-container",
        "Warm the container",
        "The sensor in the container starts to measure well above the product's band.",
    ),
    Step(
        "unplug-sensor", "Unplug the sensor", "The sensor measures on, but nothing arrives: the chart shows a gap."
    ),
    Step(
        "bring-late-readings",
        "Bring the late readings",
        "The sensor is connected again and sends what it kept: the gap closes.",
    ),
    Step("customs-hold", "Hold the parcel at customs", "The carrier reports that customs hold the parcel."),
    Step(
        "silence-72h",
        "Silence the parcel for 72 hours",
        "The carrier reports nothing more, and the clock moves 73 hours on: support gets a case.",
    ),
    Step(
        "edit-ledger-row",
        "Edit a row of the ledger",
        "Somebody with access to the database rewrites an entry by hand: the check turns red.",
    ),
    Step("restore-ledger-row", "Restore that row", "The original bytes are put back: the check is green again."),
    Step("recall-lot", "Recall the lot", "The brand calls the lot back: its passports say so at the top."),
    Step("close-recall", "Close the recall", "The recall of the lot ends."),
    Step(
        "kill-process",
        "Kill a process",
        "One process dies at once (kill -9) and is started again; nothing acknowledged is lost.",
        argument="process",
        default="work",
        choices=("web", "work", "listen", "broker", "world"),
    ),
)


def play(house: House, step: str, argument: str | None = None) -> Played:
    """Play one step and say what it did. Raises CannotPlay with a sentence."""
    raise CannotPlay(f"there is no step {step} ({argument}) in {house.settings.home}")
