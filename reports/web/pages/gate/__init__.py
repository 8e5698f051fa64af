"""发放核对: a payroll line by line, signed by two people, with the papers that go with it."""
