"""`wayproof witness`: look after the logs of others, in one command and without a database."""

from pathlib import Path

import click

from app.commands.opening import Refused


@click.command()
@click.option("--name", required=True, help="Of this witness, as policies will call it: example.com/witness.")
@click.option("--log", "logs", multiple=True, required=True, help="The verifier key of a log; repeat for more.")
@click.option("--listen", default="127.0.0.1:8090", show_default=True, help="Address and port.")
@click.option(
    "--folder", default=Path("witness"), show_default=True, type=click.Path(file_okay=False, path_type=Path)
)
@click.option("--ml-dsa", is_flag=True, help="Cosign with ML-DSA-44, too, which a quantum computer cannot forge.")
def witness(name: str, logs: tuple[str, ...], listen: str, folder: Path, ml_dsa: bool) -> None:
    """Cosign the checkpoints of logs that only grow, so that nobody can be shown a history of their own."""
    from app.clock import system_clock
    from app.web.serve import serve_app
    from app.web.witness import create_witness
    from ledger.cosignature import Cosigner
    from ledger.note import COSIGNATURE, ML_DSA_44, Verifier
    from ledger.witness import Witness

    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    kinds = {"witness.key": COSIGNATURE} | ({"witness.ml-dsa.key": ML_DSA_44} if ml_dsa else {})
    try:
        verifiers = [Verifier.parse(each) for each in logs]
        for file, kind in kinds.items():
            if not (folder / file).exists():
                Cosigner.create(folder / file, name, kind)
        cosigners = [Cosigner.load(folder / file) for file in kinds]
    except ValueError as error:
        raise Refused(str(error)) from error
    if any(each.verifier.name != name for each in cosigners):
        raise Refused(f"the key in {folder} is of {cosigners[0].verifier.name}; a witness keeps its name")
    for each in cosigners:
        click.echo(f"witness {name.rpartition('/')[2]} {each.vkey} http://{listen}")
    serve_app(create_witness(Witness(cosigners, verifiers, folder), system_clock), listen)
