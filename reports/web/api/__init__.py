"""What other systems may ask and write: JSON over the same published months, rights and rows as the pages.

`tokens` says who asks, `findings`, `payrolls` and `decisions` are the addresses, `problems` what a refusal
looks like, `answers` the validators and the audit log, `document` the description that `guide` draws.
"""
