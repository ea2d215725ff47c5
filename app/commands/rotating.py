"""`wayproof ledger rotate-key`: a new key for a log, in two steps with an overlap."""

import click

from app.commands.opening import Refused, brand_here, brand_option, house_here


@click.command("rotate-key")
@click.option("--finish", "ending", is_flag=True, help="End the overlap: only the new key signs from now on.")
@brand_option
def rotate_key(ending: bool, slug: str | None) -> None:
    """Give a log a new key: first both sign, then, with --finish, the old one ends and is destroyed."""
    from app.brands.tenants import key_file
    from app.db import reading
    from app.entries import EntryType
    from app.record import record
    from ledger import rotation
    from ledger.errors import NotPublished
    from ledger.log import indexes

    house = house_here()
    with reading(house.db) as session:
        brand = brand_here(session, slug)
    path, now = key_file(house.keys, brand.log_key), house.clock()
    if not ending or rotation.next_path(path).exists():
        old, new = rotation.begin(path)
        body, key = rotation.rotated_body(old, new), f"rotated-to-{new.verifier.key_id.hex()}"
        with house.db.begin() as session:
            receipt = record(session, brand.log_id, EntryType.LOG_KEY_ROTATED, body, now=now, key=key)
        if not ending:
            click.echo(f"both keys sign from the next checkpoint on; hand out the new one:\n{new.vkey}")
            click.echo("when everybody has it: wayproof ledger rotate-key --finish")
            return
        with reading(house.db) as session:
            index = indexes(session, [receipt.submission_id]).get(receipt.submission_id)
        if index is None:
            raise Refused("the log does not hold the new key yet; `wayproof work` puts it in, then try again")
        try:
            rotation.finish(path)
        except NotPublished as error:
            raise Refused(str(error)) from error
    keys = rotation.load_keys(path)
    if not keys.retired:
        raise Refused("no rotation has begun; `wayproof ledger rotate-key` begins one")
    ended = keys.retired[-1]
    with house.db.begin() as session:
        said, key = rotation.retired_body(ended, keys.signers[0]), f"retired-{ended.key_id.hex()}"
        record(session, brand.log_id, EntryType.LOG_KEY_RETIRED, said, now=now, key=key)
    click.echo(f"the old key is destroyed; it speaks for sizes up to {ended.until}:\n{ended.vkey}")
    click.echo(f"the key of the log is\n{keys.signers[0].vkey}")
