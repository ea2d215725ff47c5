"""The command line, `wayproof COMMAND`. What a command does is a verb elsewhere; app/commands asks and tells.

Nothing heavy is imported before a command needs it, so that `wayproof --help` answers at once.
"""

import os
import sys

import click

from app.commands import (
    access,
    admin,
    backup,
    border,
    carriers,
    claim_codes,
    demo,
    doctor,
    erasing,
    eta,
    importing,
    labelling,
    looking,
    partners,
    proving,
    running,
    serving,
    signing,
    simulate,
    stamping,
    suspecting,
    tables,
    tracing,
    verifying,
    ways,
    witness,
)
from app.commands.listing import InOrder

DEBUGGING = "DEBUG"


@click.group(cls=InOrder, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(package_name="wayproof", message="wayproof %(version)s")
def wayproof() -> None:
    """Proof of the way a product travelled: provenance, condition, parcel and promise in one scan.

    Settings come from the environment (WAYPROOF_...); the README lists them.
    """


for command in (
    running.run,
    serving.web,
    serving.work,
    serving.listen,
    demo.demo,
    importing.import_,
    tables.table,
    looking.look,
    tracing.fsma,
    border.cbam,
    labelling.labels,
    claim_codes.claim_codes,
    verifying.verify,
    stamping.stamp,
    proving.ledger,
    suspecting.counterfeit,
    signing.sign,
    carriers.carriers,
    eta.eta,
    simulate.simulate,
    witness.witness,
    doctor.doctor,
    backup.backup,
    backup.restore,
    backup.drill,
    erasing.erase,
    admin.migrate,
    admin.brand,
    partners.partner,
    access.person,
    access.key,
):
    wayproof.add_command(command)
for command in (ways.hours, ways.chat):
    admin.brand.add_command(command)


def main() -> None:
    """The console script: one line and a status instead of a traceback, whatever goes wrong."""
    try:
        wayproof.main(prog_name="wayproof", standalone_mode=False)
    except click.exceptions.Exit as exit_:
        sys.exit(exit_.exit_code)
    except click.UsageError as error:
        error.show()
        sys.exit(error.exit_code)
    except click.ClickException as error:
        _end(error.format_message(), error.exit_code)
    except (click.Abort, KeyboardInterrupt):
        _end("stopped", 130)
    except BrokenPipeError:
        # Whoever read our output has closed it (`wayproof ... | head`); Python must not complain at its end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(141)
    except Exception as error:
        if os.environ.get("WAYPROOF_LOG_LEVEL") == DEBUGGING:
            raise
        _end(_sentence(error), 1)


def _sentence(error: Exception) -> str:
    """The first line of what went wrong; ours speak for themselves, others get their name in front."""
    text = (str(error).strip().splitlines() or [""])[0]
    if type(error).__module__.partition(".")[0] in ("app", "ledger", "iot", "carriers", "contracts") and text:
        return text
    return f"{type(error).__name__}: {text} (WAYPROOF_LOG_LEVEL=DEBUG shows where)"


def _end(sentence: str, status: int) -> None:
    click.echo(f"wayproof: {sentence}", err=True)
    sys.exit(status)
