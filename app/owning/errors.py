"""What the verbs of ownership refuse. The words for it are in app/words/ownership; nothing is refused here."""


class ActRefused(Exception):
    """The act does not fit the item as it stands, or the code does not fit the item; `code` names the sentence."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code
