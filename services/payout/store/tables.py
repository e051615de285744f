"""The tables of the payout service. `authority_id` leads every key: the authority is the tenant."""

from __future__ import annotations

import sqlalchemy as sa

from chassis import tables as chassis_tables

metadata = sa.MetaData(
    naming_convention={
        "ix": "%(table_name)s_%(column_0_N_name)s",
        "uq": "%(table_name)s_%(column_0_N_name)s_key",
        "ck": "%(table_name)s_%(constraint_name)s",
        "fk": "%(table_name)s_%(column_0_N_name)s_fkey",
        "pk": "%(table_name)s_pkey",
    }
)
CHASSIS = chassis_tables.add_to(metadata)
