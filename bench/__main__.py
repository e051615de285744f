"""bin/bench [NAME …] [--json] [--long]"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator, Mapping

from bench import (
    bulk_credit,
    debit_hot,
    debit_http,
    debit_large,
    debit_references,
    debit_rpc,
    decide,
    event_lag,
    id_check,
    overload,
    replicas,
    sign_in_storm,
    verify,
)
from bench.figures import Figure, machine

BENCHES: Mapping[str, Callable[[bool], Iterator[Figure]]] = {
    debit_rpc.NAME: debit_rpc.run,
    debit_large.NAME: debit_large.run,
    debit_http.NAME: debit_http.run,
    debit_hot.PARTNER: debit_hot.run_partner,
    debit_hot.WALLET: debit_hot.run_wallet,
    debit_references.NAME: debit_references.run,
    event_lag.NAME: event_lag.run,
    overload.NAME: overload.run,
    replicas.NAME: replicas.run,
    decide.BENCH: decide.run,
    verify.NAME: verify.run,
    bulk_credit.NAME: bulk_credit.run,
    sign_in_storm.NAME: sign_in_storm.run,
    id_check.NAME: id_check.run,
}


def main() -> int:
    parser = argparse.ArgumentParser(prog="bin/bench", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(BENCHES)}; all when none is given")
    parser.add_argument("--json", action="store_true", help="one object a line")
    parser.add_argument("--long", action="store_true", help="longer rounds")
    arguments = parser.parse_args()
    if unknown := set(arguments.names) - set(BENCHES):
        parser.error(f"no bench is called {', '.join(sorted(unknown))}; there are: {', '.join(BENCHES)}")
    print(f"machine: {machine()}", file=sys.stderr)
    for name in arguments.names or BENCHES:
        for figure in BENCHES[name](arguments.long):
            print(figure.as_json() if arguments.json else figure.as_text(), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
