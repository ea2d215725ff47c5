"""The steps that steer the demo, for `wayproof demo STEP` and the control page. What a step does is in acts."""

from dataclasses import dataclass

from app.demo import acts, intruder, parcel_story
from app.demo.stage import CannotPlay, Played, Stage
from app.house import House

__all__ = ["STEPS", "CannotPlay", "Played", "Step", "play"]


@dataclass(frozen=True)
class Step:
    """One thing that can be played. `argument` names what it takes, or None; `default` stands in for silence."""

    name: str
    title: str
    does: str
    argument: str | None = None
    default: str | None = None
    choices: tuple[str, ...] = ()


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
    Step("cool-container", "Cool it again", "The container is closed; within a minute the readings are in band."),
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
        "parcel-story",
        "Tell the story of three parcels",
        "Label, customs, release, late, delivered: three customers, three languages, a chapter each press.",
        argument="chapter",
        default="next",
        choices=("next", *parcel_story.CHAPTERS),
    ),
    Step("release-parcel", "Let the parcel go on", "The hold or the silence ends, and the carrier reports again."),
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
    known = next((each for each in STEPS if each.name == step), None)
    if known is None:
        raise CannotPlay(f"there is no step {step}; there are {', '.join(each.name for each in STEPS)}")
    given = (argument or known.default) if known.argument else None
    if known.choices and given not in known.choices:
        raise CannotPlay(f"{step} takes one of {', '.join(known.choices)}, not {given}")
    return _ACTS[step](Stage.open(house), given or "")


_ACTS = {
    "advance-clock": acts.advance_clock,
    "warm-container": acts.warm_container,
    "cool-container": acts.cool_container,
    "unplug-sensor": acts.unplug_sensor,
    "bring-late-readings": acts.bring_late_readings,
    "customs-hold": acts.hold_at_customs,
    "silence-72h": acts.silence_for_72_hours,
    "parcel-story": parcel_story.play_chapter,
    "release-parcel": acts.release_parcel,
    "edit-ledger-row": intruder.edit_ledger_row,
    "restore-ledger-row": intruder.restore_ledger_row,
    "recall-lot": acts.recall_lot,
    "close-recall": acts.close_the_recall,
    "kill-process": acts.kill_process,
}
