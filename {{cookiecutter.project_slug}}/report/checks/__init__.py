"""The checks: one function for each line of the report; see `report.registry` to add one."""
