"""Paper for people, printed by the hub's operator: a consent form for the woman to sign, and her own account."""

from hub.demo.stage import Stage

FROM = "hospital/familieambulatorium@sygehus-soenderjylland"
TO = ("kommune/familieafdeling@aabenraa", "kommune/sundhedspleje@aabenraa")


def printed(stage: Stage) -> None:
    """Both into the results."""
    stage.tell.chapter("On paper", "samtykkeblanket og borgerens egen oversigt")
    named = [word for unit in TO for word in ("--to", unit)]
    _print(stage, "samtykke-4.2", "consent-form", "4.2", "--unit", FROM, *named)
    stage.tell.came(
        "yes", "papers/samtykke-4.2.pdf: what she may say yes to, with a box for each unit and each category"
    )
    _print(stage, "oversigt", "account")
    stage.tell.came("yes", "papers/oversigt.pdf: what was shared about her, with whom and why, in her own language")


def _print(stage: Stage, name: str, *words: str) -> None:
    stage.hub.tvaerspor("letter", *words, "--case", stage.case, "--out", str(stage.out / "papers" / f"{name}.pdf"))
