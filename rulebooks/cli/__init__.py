"""`python -m rulebooks …`: the rule author's commands; what they print is French."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path

from rulebooks.cli import decisions, files
from rulebooks.errors import RulebookError, UnknownRulebook
from rulebooks.problems import RulebookProblems

Act = Callable[[argparse.Namespace], int]


def main(arguments: Sequence[str] | None = None) -> int:
    """The exit code: 0 when all is well, 1 when a rulebook, a case or facts are wrong."""
    options = _parser().parse_args(arguments)
    act: Act = options.act
    try:
        return act(options)
    except RulebookProblems as refused:
        print(refused, file=sys.stderr)
        print(f"{len(refused.problems)} problème(s).", file=sys.stderr)
    except UnknownRulebook as unknown:
        print(f"Aucun règlement ne s'appelle « {unknown.key} ».", file=sys.stderr)
    except RulebookError as refused:
        print(refused, file=sys.stderr)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # who read us left: nothing to tell them
    except OSError as failed:
        print(f"{failed.filename} : {failed.strerror}.", file=sys.stderr)
    return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="rulebooks", description="Vérifie, essaie et montre les règlements.")
    commands = parser.add_subparsers(required=True, metavar="COMMANDE")

    def add(name: str, act: Act, text: str) -> argparse.ArgumentParser:
        command = commands.add_parser(name, help=text, description=text)
        command.add_argument("--directory", type=Path, help="dossier des règlements (sinon : ceux en place)")
        command.set_defaults(act=act)
        return command

    for name, act, text in (
        ("check", files.check, "lit tous les règlements et dit ce qui ne va pas"),
        ("test", files.test, "joue les cas de chaque règlement"),
    ):
        command = add(name, act, text)
        command.add_argument("path", type=Path, nargs="?", metavar="CHEMIN", help="dossier ou fichier")
        if act is files.test:
            command.add_argument("--mutations", action="store_true", help="dit les valeurs qu'aucun cas ne tient")
    compared = add("diff", files.diff, "dit ce qui change d'un règlement à l'autre")
    compared.add_argument("before", metavar="AVANT", help="fichier, ou collectivité/dispositif/saison")
    compared.add_argument("after", metavar="APRÈS", help="fichier, ou collectivité/dispositif/saison")
    compared.add_argument("--json", action="store_true")
    rendered = add("render", files.render, "écrit un règlement en une page à lire")
    rendered.add_argument("rulebook", metavar="RÈGLEMENT", help="fichier, ou collectivité/dispositif/saison")
    rendered.add_argument("--output", type=Path, help="page .html ou .pdf (sinon : HTML à l'écran)")
    _add_decisions(add)
    return parser


def _add_decisions(add: Callable[[str, Act, str], argparse.ArgumentParser]) -> None:
    simulated = add("simulate", decisions.simulate, "dit à quoi une personne a droit")
    _add_rulebook(simulated)
    simulated.add_argument("--facts", type=Path, required=True, help="fichier YAML ou JSON de ses données")
    simulated.add_argument("--explain", action="store_true", help="montre chaque condition et la donnée comparée")
    foreseen = add("forecast", decisions.run_forecast, "dit ce qu'un règlement coûterait pour beaucoup de personnes")
    _add_rulebook(foreseen)
    people = foreseen.add_mutually_exclusive_group(required=True)
    people.add_argument("--facts", type=Path, help="fichier .csv ou .jsonl, une personne par ligne")
    people.add_argument("--sample", type=int, metavar="N", help="N personnes tirées au hasard")
    foreseen.add_argument("--seed", type=int, default=1, help="graine du tirage (1 par défaut)")
    foreseen.add_argument("--keep", type=Path, metavar="FICHIER.csv", help="garde les personnes tirées")
    foreseen.add_argument("--output", type=Path, required=True, metavar="FICHIER.csv", help="une ligne par personne")


def _add_rulebook(command: argparse.ArgumentParser) -> None:
    command.add_argument("--authority", required=True, help="identifiant de la collectivité")
    command.add_argument("--scheme", required=True, help="identifiant du dispositif")
    command.add_argument("--season", required=True, help="saison, par exemple 2025-2026")
    command.add_argument("--on", type=_day, required=True, metavar="JOUR", help="jour de la demande, 2025-09-01")
    command.add_argument("--json", action="store_true")


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text} n'est pas un jour de la forme 2025-09-01") from None
