"""Accounts: who may log in, with which password. What somebody may do are roles, which casework keeps."""
