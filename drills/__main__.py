"""bin/drill [NAME …] [--json] [--long] [--seed S]"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Mapping

from drills import broker_down, demo_kills, kill_wallet, ledger_model
from drills.outcome import Outcome

Drill = Callable[[int, bool], Outcome]
DRILLS: Mapping[str, Drill] = {
    "demo-kills": demo_kills.run,
    "broker-down": broker_down.run,
    "kill-wallet": kill_wallet.run,
    "ledger-model": ledger_model.run,
}


def main() -> int:
    parser = argparse.ArgumentParser(prog="bin/drill", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(DRILLS)}; all when none is given")
    parser.add_argument("--json", action="store_true", help="one object a line")
    parser.add_argument("--long", action="store_true", help="more rounds")
    parser.add_argument("--seed", type=int, default=2025, help="draws processes and moments (default 2025)")
    arguments = parser.parse_args()
    if unknown := set(arguments.names) - set(DRILLS):
        parser.error(f"no drill is called {', '.join(sorted(unknown))}; there are: {', '.join(DRILLS)}")
    print(f"seed: {arguments.seed}", file=sys.stderr)
    outcomes = []
    for name in arguments.names or DRILLS:
        outcome = DRILLS[name](arguments.seed, arguments.long)
        outcomes.append(outcome)
        print(outcome.as_json() if arguments.json else outcome.as_text(), flush=True)
    return 0 if all(outcome.held for outcome in outcomes) else 1


if __name__ == "__main__":
    sys.exit(main())
