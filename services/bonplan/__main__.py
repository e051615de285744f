"""One image, one command a process: rpc, worker, relay, migrate, ctl."""

from chassis.entry import main

main("services.bonplan")
