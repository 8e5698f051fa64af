"""What auditors receive: the list of findings, the sheets that take evidence, and the draw of bodies."""
