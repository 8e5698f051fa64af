"""What each table is: columns, types, keys, labels, privacy; and the documents made of it."""
