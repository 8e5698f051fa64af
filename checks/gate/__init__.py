"""The finance gate: what should become of each line of a payroll before it is locked."""
