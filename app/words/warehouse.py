"""The plain words of devices and their alarms."""

from app.texts import marked as _

DEVICE = {
    "ok": _("In order"),
    "alarm": _("Alarm"),
    "silent": _("Silent"),
    "waiting": _("Waiting for its first reading"),
    "retired": _("Retired"),
}

ALARM = {
    "above": _("Above the limit"),
    "below": _("Below the limit"),
    "band": _("Outside the range"),
    "silence": _("Silent"),
}
