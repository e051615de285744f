"""One image, one command a process: rpc, worker, sender, migrate, ctl."""

from chassis.entry import main

main("services.notification")
